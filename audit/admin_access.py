"""What the admin's address bar may ask: nothing but the filters that the page itself offers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.admin.filters import EmptyFieldListFilter
from django.contrib.admin.utils import get_fields_from_path
from django.db.models import DateField, Model
from django.http import HttpRequest


class OfferedFiltersOnly:
    """For every ModelAdmin of ours.

    Django lets the address filter by any column of the table, shown or not. Who sees only the number of rows could
    so read a column letter by letter (`?text_body__startswith=`): T2, T6 in reliability-and-security.md §1.
    """

    model: type[Model]
    date_hierarchy: str | None

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return lookup in set(self._offered(request))

    def _offered(self, request: HttpRequest | None) -> Iterator[str]:
        """The parameters that the page's own links carry."""
        if self.date_hierarchy:
            yield from (f"{self.date_hierarchy}__{part}" for part in ("year", "month", "day"))
        for offered in self.get_list_filter(request):  # type: ignore[attr-defined]
            if isinstance(offered, str):
                yield from self._exact_forms(offered)
            elif isinstance(offered, tuple | list):
                path, kind = offered
                yield from [f"{path}__isempty"] if issubclass(kind, EmptyFieldListFilter) else self._exact_forms(path)
            else:
                yield offered.parameter_name

    def _exact_forms(self, path: str) -> Iterator[str]:
        field: Any = get_fields_from_path(self.model, path)[-1]
        yield from (path, f"{path}__exact", f"{path}__isnull")
        if field.is_relation:
            yield f"{path}__{field.target_field.name}__exact"
        if isinstance(field, DateField):
            yield from (f"{path}__gte", f"{path}__lt")
