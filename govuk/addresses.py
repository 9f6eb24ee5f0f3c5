"""Addresses of pages that differ by one number: worked out once, since a page may link to a hundred of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse

_PLACE = 7_070_707


def address(name: str, pk: int) -> str:
    """As `reverse(name, args=[pk])`; the pattern takes one whole number and nothing else."""
    return addresses(name)(pk)


def addresses(name: str) -> Callable[[int], str]:
    """The same for many at once."""
    before, after = _around(name, get_urlconf(), get_script_prefix())
    return lambda pk: f"{before}{pk}{after}"


@lru_cache(maxsize=512)
def _around(name: str, urlconf: str | None, _script_prefix: str) -> tuple[str, str]:
    before, found, after = reverse(name, urlconf=urlconf, args=[_PLACE]).partition(str(_PLACE))
    if not found:
        raise ValueError(f"{name} does not take a number")
    return before, after


def fixed_address(name: str) -> str:
    """The address of a page without arguments; nothing where there is no such page."""
    return _fixed(name, get_urlconf(), get_script_prefix())


@lru_cache(maxsize=512)
def _fixed(name: str, urlconf: str | None, _script_prefix: str) -> str:
    try:
        return reverse(name, urlconf=urlconf)
    except NoReverseMatch:
        return ""
