"""What readers have chosen about lines: asked when lines are found, composed into a digest, and before it leaves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from notifications import preferences
from notifications.kinds import Frequency, MessageKind
from notifications.registry import kinds
from notifications.rules import Choices
from reminders import rules


@dataclass(frozen=True)
class Readers:
    """The choices of some readers on one day, and who of them has had a digest, a list of a team, in this week."""

    today: dt.date
    choices: dict[int, Choices]
    had_one_this_week: Collection[int] = ()
    had_list_this_week: Collection[int] = ()
    declared: dict[str, MessageKind] = field(default_factory=kinds)

    def takes(self, line: rules.Line) -> bool | None:
        """Whether the line may stand in a digest of today: True, False for never, None for another day."""
        kind = self.declared[rules.message_kind(line.step, line.item)]
        choices = self.choices.get(line.recipient_id, preferences.NOTHING_CHOSEN)
        if not kind.must_send and choices.frequency(kind) is Frequency.OFF:
            return False
        # A team's list comes with the first digest after it was found: an earlier one of the week must not lose it.
        had = self.had_list_this_week if kind.code == rules.TEAM_KIND else self.had_one_this_week
        opens_week = line.recipient_id not in had
        return choices.has_line_on(kind, today=self.today, opens_week=opens_week) or None

    def takes_note(self, kind_code: str, reader: int) -> bool | None:
        """The same of a mail that joined the digest."""
        kind = self.declared.get(kind_code)
        choices = self.choices.get(reader, preferences.NOTHING_CHOSEN)
        frequency = choices.note_frequency(kind) if kind else Frequency.DAILY
        if frequency is Frequency.OFF:
            return False
        waits = choices.is_paused(self.today) or (frequency is Frequency.WEEKLY and reader in self.had_one_this_week)
        return None if waits else True

    def has_digest(self, reader: int) -> bool:
        return self.choices.get(reader, preferences.NOTHING_CHOSEN).has_digest


def readers(
    people: Iterable[int],
    *,
    today: dt.date,
    had_one_this_week: Collection[int] = (),
    had_list_this_week: Collection[int] = (),
) -> Readers:
    return Readers(today, preferences.of_people(set(people)), had_one_this_week, had_list_this_week)


def wanted(lines: list[rules.Line]) -> list[rules.Line]:
    """Lines whose readers have not switched their kind off; two queries for the part, however many readers."""
    if not lines:
        return []
    asked = readers({line.recipient_id for line in lines}, today=dt.date.min)
    return [line for line in lines if asked.takes(line) is not False]
