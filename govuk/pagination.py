"""Which page numbers a pagination shows, and where they lead."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.core.paginator import Page


def page_url(number: int, *, querystring: str = "", parameter: str = "page") -> str:
    """The address of a page, keeping the filters in the query string."""
    kept = [(key, value) for key, value in parse_qsl(querystring, keep_blank_values=False) if key != parameter]
    return "?" + urlencode([*kept, (parameter, str(number))])


def page_links(page: "Page[Any]", *, querystring: str = "", parameter: str = "page") -> Iterator[dict[str, object]]:
    """First, last, the current page and its neighbours; a gap where numbers are left out."""
    total = page.paginator.num_pages
    shown = sorted({1, total, page.number - 1, page.number, page.number + 1} & set(range(1, total + 1)))
    before = 0
    for number in shown:
        if number - before > 1:
            yield {"is_gap": True}
        yield {
            "number": number,
            "url": page_url(number, querystring=querystring, parameter=parameter),
            "is_current": number == page.number,
        }
        before = number
