"""How dates, lateness and states read, and the pieces that wrap content."""

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import (
    BaseForm,
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    NumberInput,
    RadioSelect,
    Select,
    Textarea,
)
from django.template import Context, engines
from django.template.loader import get_template, render_to_string
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe

from govuk.addresses import address, fixed_address
from govuk.fields import GovDateWidget
from govuk.pagination import page_links, page_url
from govuk.states import DRAWINGS, GLYPHS, State, state_of

register = template.Library()


def _local(value: Any) -> Any:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


@register.filter
def gov_date(value: date | None) -> str:
    """4 March 2027"""
    value = _local(value)
    return _day_in_words(value.year, value.month, value.day) if value else ""


@lru_cache(maxsize=4096)
def _day_in_words(year: int, month: int, day: int) -> str:
    return f"{day} {date(year, month, day):%B %Y}"


@register.filter
def weekday_date(value: date | None) -> str:
    """Thursday 26 November 2026"""
    value = _local(value)
    return f"{value:%A} {value.day} {value:%B %Y}" if value else ""


@register.filter
def short_date(value: date | None) -> str:
    """26 Nov: only inside drawings and narrow columns"""
    value = _local(value)
    return f"{value.day} {value:%b}" if value else ""


@register.filter
def gov_datetime(value: datetime | None) -> str:
    """4 March 2027 at 9:05am"""
    value = _local(value)
    if not value:
        return ""
    hour = value.hour % 12 or 12
    return f"{gov_date(value)} at {hour}:{value:%M}{'am' if value.hour < 12 else 'pm'}"


@register.filter
def lateness(days: int | None) -> str:
    """Days late (or, below nought, days still to go) in words."""
    if not isinstance(days, int):
        return ""
    if days == 0:
        return "due today"
    count = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
    return f"{count} late" if days > 0 else ("due tomorrow" if days == -1 else f"in {count}")


@register.filter
def days_late(due: date | None, today: date | None) -> int | None:
    """How many days a due date lies before today; below nought when it is still to come."""
    return (today - due).days if due and today else None


@register.filter
def look(code: str) -> State:
    """The word, shape and colour of a state."""
    return state_of(code)


@register.filter
def state_word(code: str) -> str:
    return state_of(code).word


@register.filter
def state_shape(code: str) -> str:
    """The shape of a state as a character, for text and titles."""
    return GLYPHS[state_of(code).shape]


@register.simple_tag
def part(template_name: str, **values: Any) -> SafeString:
    """A small component whose look follows from a few plain values, such as a tag: rendered once for the same values.

    Only for words and numbers that recur (a state, days late, a share); what is one person's own is included.
    """
    return _part(template_name, tuple(values.items()))


@lru_cache(maxsize=4096)
def _part(template_name: str, values: tuple[tuple[str, Any], ...]) -> SafeString:
    return render_to_string(template_name, dict(values))


@register.simple_tag
def rows(template_name: str, **values: Any) -> SafeString:
    """A list or drawing of many rows, from templates/rows/."""
    html = engines["rows"].get_template(template_name).render(values)
    return mark_safe(html)  # noqa: S308  (Jinja2 has escaped it already)


@register.simple_tag
@lru_cache
def icon(shape: str) -> SafeString:
    """A shape as a drawing, in the colour of the text around it."""
    return format_html(
        '<svg class="app-icon" viewBox="0 0 16 16" aria-hidden="true">{}</svg>',
        mark_safe(DRAWINGS[shape]),  # noqa: S308  (constants of govuk/states.py)
    )


@register.simple_tag
def drawing(shape: str) -> SafeString:
    """The inside of a shape, for drawings that place it themselves."""
    return mark_safe(DRAWINGS[shape])  # noqa: S308  (constants of govuk/states.py)


@register.filter
def share(value: float, total: float) -> str:
    """A share of a whole in percent, for widths: never below 0 or above 100."""
    return f"{min(max(100 * value / total, 0), 100):.4g}" if total else "0"


@register.filter
def plural(count: int, words: str) -> str:
    """`3|plural:"plan,plans"` is "3 plans"."""
    one, many = words.split(",")
    return f"{count} {one if count == 1 else many}"


@register.filter
def initials(name: str) -> str:
    """The first letters of the first and the last name."""
    parts = str(name).split()
    return (parts[0][:1] + (parts[-1][:1] if len(parts) > 1 else "")).upper() if parts else ""


@register.simple_tag(takes_context=True)
def repeat_block(context: Context, name: str) -> SafeString:
    """The words of a block once more: the title repeats the heading."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = blocks.get_block(name) if blocks else None
    html = block.render(context) if block else ""
    words = " ".join((strip_tags(html) if "<" in html else html).split())
    return mark_safe(words)  # noqa: S308  (rendered, so escaped already; tags are gone)


@register.simple_tag
def pages(page: "Page[Any]", querystring: str = "", parameter: str = "page") -> list[dict[str, object]]:
    return list(page_links(page, querystring=querystring, parameter=parameter))


@register.simple_tag
def page_address(number: int, querystring: str = "", parameter: str = "page") -> str:
    return page_url(number, querystring=querystring, parameter=parameter)


@register.simple_tag
@lru_cache
def asset(path: str) -> str:
    """The address of a static file, as `{% static %}` gives it; worked out once."""
    return static(path)


@register.simple_tag
def link(name: str, pk: int | None = None) -> str:
    """The address of a page that takes one number, or none; of one that takes none, nothing where there is no such."""
    return fixed_address(name) if pk is None else address(name, pk)


# Forms ---------------------------------------------------------------------------------------------


@register.filter
def widget_kind(field: BoundField) -> str:
    """Which template of the pack shows a field."""
    widget = field.field.widget
    if isinstance(widget, GovDateWidget):
        return "date"
    if isinstance(widget, CheckboxSelectMultiple):
        return "checkboxes"
    if isinstance(widget, RadioSelect):
        return "radios"
    if isinstance(widget, CheckboxInput):
        return "checkbox"
    if isinstance(widget, Textarea):
        return "textarea"
    if isinstance(widget, Select):
        return "select"
    return "input"


@register.filter
def dressed(field: BoundField, css_class: str) -> SafeString:
    """The widget with our class, its own classes kept, and the error dress when it is in error."""
    names = [css_class, field.field.widget.attrs.get("class", "")]
    if isinstance(field.field.widget, NumberInput) and "width" not in names[-1]:
        names.append("govuk-input--width-5")
    if field.errors:
        names.append(f"{css_class}--error")
    attrs: dict[str, Any] = {"class": " ".join(name for name in names if name)}
    if isinstance(field.field.widget, Textarea) and field.field.widget.attrs.get("maxlength"):
        # The counter tells how much is too much; the browser must not cut what is pasted.
        attrs["maxlength"] = False
        attrs["class"] += " govuk-js-character-count"
        described = field.aria_describedby
        attrs["aria-describedby"] = f"{described} {field.auto_id}-info".strip()
    return field.as_widget(attrs=attrs)


@register.filter
def first_id(field: BoundField) -> str:
    """The id that an error summary leads to: the first box, button or tick of a group."""
    if isinstance(field.field.widget, (RadioSelect, CheckboxSelectMultiple, GovDateWidget)):
        return f"{field.auto_id}_0"
    return field.id_for_label or field.auto_id


@register.filter
def error_links(form: BaseForm | None) -> list[dict[str, str]]:
    """Each error of a form once, with the field it belongs to."""
    if not form or not form.is_bound:
        return []
    links = [{"text": str(error), "target": ""} for error in form.non_field_errors()]
    for field in form:
        links += [{"text": str(error), "target": first_id(field)} for error in field.errors]
    return links


@register.filter
def has_errors(form: Any) -> bool:
    return isinstance(form, BaseForm) and form.is_bound and bool(form.errors)


# Pieces that wrap content ---------------------------------------------------------------------------


def _wrapped(name: str, content: str, **arguments: Any) -> SafeString:
    return _component(name).render(Context({"content": content, **arguments}))


@lru_cache
def _component(name: str) -> Any:
    """Looked up once; as long as the process lives a component does not change."""
    return get_template(f"components/{name}.html").template  # type: ignore[attr-defined]


@register.simple_block_tag
def card(content: str, title: str = "", url: str = "", level: int = 2) -> SafeString:
    return _wrapped("card", content, title=title, url=url, level=level)


@register.simple_block_tag
def inset(content: str) -> SafeString:
    return _wrapped("inset", content)


@register.simple_block_tag
def warning_text(content: str) -> SafeString:
    return _wrapped("warning_text", content)


@register.simple_block_tag
def details(content: str, summary: str, is_open: bool = False) -> SafeString:
    return _wrapped("details", content, summary=summary, is_open=is_open)


@register.simple_block_tag
def section(content: str, title: str, level: int = 2, id: str = "") -> SafeString:  # noqa: A002
    return rows("section.html", content=content, title=title, level=level, id=id)


@register.simple_block_tag
def sheet(content: str, is_tinted: bool = False) -> SafeString:
    return _wrapped("sheet", content, is_tinted=is_tinted)


@register.simple_block_tag
def action_bar(content: str) -> SafeString:
    return _wrapped("action_bar", content)


@register.filter
def with_columns(rows: Any, columns: Any) -> list[list[tuple[str, str, Any]]]:
    """Each cell of a table with the label and the kind of its column."""
    heads = [(column["label"], column.get("kind", "")) for column in columns]
    return [[(*head, cell) for head, cell in zip(heads, row, strict=True)] for row in rows]


@register.filter
def options(field: BoundField) -> list[dict[str, Any]]:
    """The choices of radios or checkboxes, each with its hint when the field has `choice_hints`."""
    hints = getattr(field.field, "choice_hints", {})
    found = []
    for choice in field:
        data = dict(choice.data)
        data["hint"] = hints.get(str(data["value"]), "")
        found.append(data)
    return found


@register.filter
def as_pairs(kept: Any) -> list[tuple[str, str]]:
    """Kept text as (label, text): one text stands alone, a mapping or a list of pairs stays as it is."""
    if isinstance(kept, str):
        return [("Your text", kept)]
    return list(kept.items() if isinstance(kept, dict) else kept)
