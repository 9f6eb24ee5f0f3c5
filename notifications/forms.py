"""What a person chooses about their own mail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from django import forms

from govuk.fields import GovDateField
from govuk.forms import GovForm
from notifications.kinds import MessageKind, Pace
from notifications.rules import Choices

# Nobody is away for longer without HR knowing of it.
LONGEST_PAUSE = dt.timedelta(days=366)
# The digest first, for it bounds what goes through it; then its lines; then what comes at once.
_ORDER = (Pace.DIGEST, Pace.LINE, Pace.AT_ONCE)


class PreferencesForm(GovForm):
    """A pause, and one question a kind that may be chosen about, with only the answers that make sense for it."""

    paused_until = GovDateField(
        label="Pause everything that may be paused until",
        what="the day on which e-mail comes again",
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        kinds: Iterable[MessageKind],
        reaching: Collection[str],
        chosen: Choices,
        today: dt.date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        pause = self.fields["paused_until"]
        pause.not_before, pause.not_after = today + dt.timedelta(days=1), today + LONGEST_PAUSE
        pause.help_text = "For a leave, the first day on which you want e-mail again. Empty the date to start at once."
        pause.initial = chosen.paused_until if chosen.is_paused(today) else None
        self.kinds = sorted((kind for kind in kinds if kind.choices), key=lambda kind: _ORDER.index(kind.pace))
        for kind in self.kinds:
            self.fields[kind.code] = forms.ChoiceField(
                label=kind.title,
                help_text=f"When {kind.trigger}.",
                choices=[(choice.value, choice.label) for choice in kind.choices],
                initial=_own(chosen, kind),
            )
        self.reaching = reaching

    @property
    def chosen(self) -> dict[str, str]:
        return {kind.code: self.cleaned_data[kind.code] for kind in self.kinds}

    @property
    def digest_fields(self) -> list[forms.BoundField]:
        return [self[kind.code] for kind in self._mine() if kind.pace is not Pace.AT_ONCE]

    @property
    def immediate_fields(self) -> list[forms.BoundField]:
        return [self[kind.code] for kind in self._mine() if kind.pace is Pace.AT_ONCE]

    @property
    def fields_for_others(self) -> list[forms.BoundField]:
        """Kinds that cannot reach the reader now; what is chosen for them holds once they can."""
        return [self[kind.code] for kind in self.kinds if kind.code not in self.reaching]

    def _mine(self) -> list[MessageKind]:
        return [kind for kind in self.kinds if kind.code in self.reaching]


def _own(chosen: Choices, kind: MessageKind) -> str:
    """What stands for the kind itself, whatever the digest allows."""
    value = chosen.chosen.get(kind.code, "")
    return value if value in kind.choices else kind.usual
