"""The pages that an empty portal begins with, and those that a later release brings.

What Learning and Development has changed or taken out stays so: history tells that it has been there.
"""

from __future__ import annotations

from typing import Any

from audit.transactions import all_or_nothing
from content.models import Page, PageSection, SearchTerm

Row = dict[str, Any]


@all_or_nothing()
def load_pages(*, data: Row) -> list[str]:
    """Adds pages and search terms that have never been there; says what was done, a line each.

    Raises ValueError when a row names a column that does not exist.
    """
    known = _ever(Page, "slug")
    new = [row for row in data["pages"] if row["slug"] not in known]
    for place, row in enumerate(data["pages"]):
        if row["slug"] in known:
            continue
        sections = row["sections"]
        page = _new(Page, {**_without(row, "sections"), "position": place, "is_shown": True})
        for number, section in enumerate(sections):
            _new(PageSection, {**section, "page": page, "position": number})
    terms, known_terms = data["terms"], _ever(SearchTerm, "term")
    added = {term: target for term, target in terms.items() if term not in known_terms}
    for term, target in added.items():
        _new(SearchTerm, {"term": term, "target": target})
    return [
        f"Guides: {len(new)} added, {len(data['pages']) - len(new)} there already.",
        f"Search terms: {len(added)} added, {len(terms) - len(added)} there already.",
    ]


def _ever(model: Any, name: str) -> set[str]:
    """Every value that the column has ever had, of rows that are there or not."""
    return {
        value
        for table in (model, model.history.model)
        for value in table._default_manager.order_by().values_list(name, flat=True)
    }


def _without(row: Row, name: str) -> Row:
    return {key: value for key, value in row.items() if key != name}


def _new(model: Any, row: Row) -> Any:
    try:
        made = model(**row)
    except TypeError as error:
        raise ValueError(f"A {model._meta.verbose_name} of the starter file: {error}") from error
    made.full_clean()
    made.save()
    return made
