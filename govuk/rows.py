"""Lists and drawings of many rows: written in Jinja2, which renders them several times as fast as Django's templates.

`templates/rows/` alone is Jinja2; a page brings one in with `{% rows "queue.html" rows=rows %}`
(docs/decisions/0015-rows-in-jinja.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.template.defaultfilters import linebreaks_filter
from jinja2 import Environment, Undefined
from markupsafe import Markup, escape

from govuk.states import state_of
from govuk.templatetags import govuk
from govuk.timeline import Mark, PlacedMark


def drawn_mark(placed: PlacedMark) -> Markup:
    """A mark of the timeline, a link where it has an address; a plan has a hundred, so it is put together by hand."""
    mark, look = placed.mark, placed.look
    words = escape(f"{mark.title}, {look.word.lower()}, {govuk.gov_date(mark.date)}")
    shape = (
        f'<title>{words}</title><circle class="app-timeline__hit" cx="{placed.x}" cy="{placed.y}" r="12.5"/>'
        f'<use class="app-ink--{look.kind}" href="#mark-{look.shape}" x="{placed.x - 9}" y="{placed.y - 9}" '
        'width="18" height="18"/>'
    )
    # The title and the address are escaped; the rest are numbers and constants of govuk/states.py.
    return Markup(f'<a href="{escape(mark.url)}">{shape}</a>' if mark.url else shape)  # noqa: S704


def drawn_shapes(marks: Iterable[Mark]) -> Markup:
    """The shapes of a month's marks side by side; they use what the timeline has defined."""
    return Markup("").join(_shape(mark.state) for mark in marks)


@lru_cache
def _shape(state: str) -> Markup:
    look = state_of(state)
    # Constants of govuk/states.py.
    return Markup(f'<svg class="app-icon app-ink--{look.kind}"><use href="#mark-{look.shape}"/></svg>')  # noqa: S704


def environment(**options: Any) -> Environment:
    """Escapes by itself, as Django's templates do; knows the same words for dates, states and shapes."""
    made = Environment(**options, trim_blocks=True, lstrip_blocks=True)  # noqa: S701 - Django's backend sets autoescape
    made.filters.update(
        gov_date=govuk.gov_date,
        gov_datetime=govuk.gov_datetime,
        linebreaks=lambda text: linebreaks_filter(text, autoescape=True),
    )

    def part(template_name: str, **values: Any) -> str:
        """A component of Django's; what a row does not have is not there."""
        return govuk.part(
            template_name, **{name: value for name, value in values.items() if not isinstance(value, Undefined)}
        )

    made.globals.update(
        part=part,
        icon=govuk.icon,
        drawing=govuk.drawing,
        look=govuk.look,
        drawn_mark=drawn_mark,
        drawn_shapes=drawn_shapes,
        pages=govuk.pages,
        page_address=govuk.page_address,
    )
    return made
