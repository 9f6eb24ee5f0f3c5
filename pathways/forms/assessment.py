"""Marks of a role's capabilities, typed by the person or by their manager."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.html import format_html

from govuk.fields import GovDateField
from govuk.forms import GovForm
from govuk.typed import LongTextField, VersionField
from pathways.models import Capability, CapabilityMark
from pathways.rules.assessment import Marked
from people.rules import Conflict

NOTE_LIMIT = 2000


class MarksForm(GovForm):
    """A level, a note and a date for each capability; every one of them may stay empty, so that half is kept too."""

    version = VersionField()

    def __init__(
        self,
        *args: Any,
        capabilities: Iterable[Capability],
        now: Mapping[int, Any],
        seen_version: int,
        today: dt.date,
        hints: Mapping[int, str] | None = None,
        is_own: bool = True,
        **kwargs: Any,
    ) -> None:
        """`now` holds the mark that each capability has; `hints` what stands under its title."""
        super().__init__(*args, **kwargs)
        self.capabilities = list(capabilities)
        self.fields["version"].initial = seen_version
        for row in self.capabilities:
            mark = now.get(row.pk)
            self._add(row, mark, (hints or {}).get(row.pk, row.good_looks_like), today=today, is_own=is_own)

    def _add(self, row: Capability, mark: Any, hint: str, *, today: dt.date, is_own: bool) -> None:
        of = format_html('<span class="govuk-visually-hidden"> for “{}”</span>', row.title)
        self.fields[f"level_{row.pk}"] = forms.ChoiceField(
            label=row.title,
            help_text=hint,
            required=False,
            choices=[("", "Not marked"), *CapabilityMark.Level.choices],
            widget=forms.RadioSelect(attrs={"is_small": True}),
            initial=mark.level if mark else "",
        )
        self.fields[f"level_{row.pk}"].is_needed_sometimes = True  # type: ignore[attr-defined]
        self.fields[f"note_{row.pk}"] = LongTextField(
            what=f"your note on “{row.title}”",
            label=format_html("{}{}", "An example, or what you would like to learn" if is_own else "Your comment", of),
            rows=2,
            limit=NOTE_LIMIT,
            initial=mark.note if mark else "",
        )
        self.fields[f"date_{row.pk}"] = GovDateField(
            what=f"the day of “{row.title}”",
            label=format_html("{}{}", "When that was" if is_own else "When you saw it", of),
            required=False,
            not_after=today,
            example=f"{today.day} {today.month} {today.year}",
            initial=mark.seen_date if mark else None,
        )

    def clean(self) -> dict[str, Any]:
        """What was typed about a capability that has gone meanwhile is not lost without a word."""
        known = {f"note_{row.pk}" for row in self.capabilities}
        if any(name.startswith("note_") and name not in known and text for name, text in self.data.items()):
            raise Conflict("Learning and Development has changed the capabilities of this role. Open the page again.")
        return super().clean() or {}

    @property
    def groups(self) -> list[tuple[Capability, list[forms.BoundField]]]:
        """The boxes of each capability together."""
        return [(row, [self[f"{name}_{row.pk}"] for name in ("level", "note", "date")]) for row in self.capabilities]

    def says_something(self, *, or_has_before: bool) -> bool:
        """A first sheet with nothing on it is not kept; a later one may take marks off again."""
        if or_has_before or any(mark != Marked() for mark in self.marks().values()):
            return True
        self.add_error(None, "Mark at least one capability, or go back without saving")
        return False

    def marks(self) -> dict[int, Marked]:
        data = self.cleaned_data
        return {
            row.pk: Marked(data[f"level_{row.pk}"], data[f"note_{row.pk}"].strip(), data[f"date_{row.pk}"])
            for row in self.capabilities
        }
