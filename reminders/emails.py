"""The digest: one mail a person a day, with what needs them, what comes soon and what they should know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from notifications.due import DueItem, Waiting
from notifications.emails import Content, one_line, render
from notifications.kinds import MessageKind, Pace
from people.models import Person
from reminders.rules import NO_MANAGER, TOLD, TOLD_WHO_HAS_IT, Level, Line, Section, section

LINES_A_SECTION = 5
KINDS = (
    MessageKind(
        code="digest",
        title="Daily digest",
        trigger="something waits for you, comes soon or is worth knowing; at most one comes on a working day",
        pace=Pace.DIGEST,
    ),
)
_ORDER = list(Section)


@dataclass(frozen=True)
class DigestLine:
    """One thing as its reader sees it."""

    item: DueItem
    section: Section
    text: str
    when: str
    url: str


def digest(
    *,
    recipient: Person,
    lines: Iterable[Line],
    names: Mapping[int, str],
    learning_ids: Collection[int],
    today: dt.date,
) -> Content:
    """The digest of one person as it reads on this day."""
    shown = sorted(_merged(lines, names, learning_ids, today), key=_place)
    parts = [(heading, [line for line in shown if line.section is heading]) for heading in _ORDER]
    return render(
        "reminders/emails/digest",
        {
            "recipient": recipient,
            "digest_subject": subject(shown, today),
            "sections": [
                {
                    "heading": heading,
                    "lines": part[:LINES_A_SECTION],
                    "more": max(0, len(part) - LINES_A_SECTION),
                }
                for heading, part in parts
                if part
            ],
            "why": why(recipient, shown, learning_ids),
        },
    )


def subject(shown: list[DigestLine], today: dt.date) -> str:
    """What and date in the rule's neutral words; no urgency before it is overdue (user-demands.md §4.7)."""
    first = shown[0]
    rule, date = first.item.rule, when(first.item, today)
    if first.section is Section.INFORMATION:
        words = f"For information: {_small(rule.title)}, {date}"
    elif first.item.is_overdue(today):
        words = f"O{date[1:]}: {_small(rule.task)}"
    else:
        words = f"{rule.task} {date}"
    return f"{words}, and {len(shown) - 1} more" if len(shown) > 1 else words


def when(item: DueItem, today: dt.date) -> str:
    if item.is_overdue(today):
        return f"overdue since {date_in_words(item.due_on)}"
    if item.due_on == today:
        return f"by today, {date_in_words(item.due_on)}"
    return f"by {date_in_words(item.due_on)}"


def why(recipient: Person, shown: list[DigestLine], learning_ids: Collection[int]) -> str:
    """Why the person got it."""
    own = any(line.item.person_id == recipient.pk for line in shown)
    others = any(line.item.person_id != recipient.pk for line in shown)
    reasons = []
    if own:
        reasons.append("some of this is yours")
    if others and recipient.pk in learning_ids:
        reasons.append("you look after Learning and Development")
    elif others:
        reasons.append("you manage or cover for someone, or the line below you")
    return (
        f"You get this because {' and '.join(reasons)}. At most one comes on a working day, and none when all is done."
    )


def date_in_words(day: dt.date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"


def _merged(
    lines: Iterable[Line], names: Mapping[int, str], learning_ids: Collection[int], today: dt.date
) -> list[DigestLine]:
    """One line a thing, under its most urgent heading, although several steps may speak of it."""
    by_thing: dict[tuple[str, int], list[Line]] = {}
    for line in lines:
        by_thing.setdefault(line.item.key, []).append(line)
    shown = []
    for of_thing in by_thing.values():
        item, recipient_id = of_thing[0].item, of_thing[0].recipient_id
        heading = min((section(line.step, item, recipient_id, today) for line in of_thing), key=_ORDER.index)
        remarks = [_remark(line, names, learning_ids) for line in of_thing]
        shown.append(
            DigestLine(
                item=item,
                section=heading,
                text=_wording(item, recipient_id, names),
                when="; ".join([when(item, today), *dict.fromkeys(filter(None, remarks))]),
                url=f"{settings.SITE_URL}{_address(item, recipient_id)}",
            )
        )
    return shown


def _may_read(item: DueItem, recipient_id: int) -> bool:
    """What waits on Learning and Development reaches nobody else but the person, so who gets it may read it."""
    return item.waiting_on is Waiting.LEARNING or item.is_readable_by(recipient_id)


def _address(item: DueItem, recipient_id: int) -> str:
    """The thing itself, or for whoever may not open it the page that shows them its state."""
    if _may_read(item, recipient_id):
        return item.url
    if recipient_id in {item.upper_id, item.upper_cover_id}:
        return f"{reverse('team')}?whose=line"
    return reverse("home")


def _wording(item: DueItem, recipient_id: int, names: Mapping[int, str]) -> str:
    template = item.rule.line if recipient_id in item.holder_ids else item.rule.info
    if recipient_id == item.person_id:
        # Nobody needs to be told about whom their own line is.
        template = template.removeprefix("{person}: ")
    holder = " and ".join(names.get(pk, "") for pk in item.holder_ids) or "Learning and Development"
    return one_line(
        template.format(
            label=item.label if _may_read(item, recipient_id) else item.rule.title,
            person="you" if recipient_id == item.person_id else names.get(item.person_id, ""),
            holder="you" if item.holder_ids == (recipient_id,) else holder,
            date=date_in_words(item.due_on),
        )
    )


def _remark(line: Line, names: Mapping[int, str], learning_ids: Collection[int]) -> str:
    """What an escalation adds: who knows of it now."""
    if line.step == NO_MANAGER:
        return "no line manager is recorded"
    if line.step == TOLD_WHO_HAS_IT:
        return "Learning and Development has the line manager’s part" if line.item.holder_ids else ""
    if not line.step.startswith(TOLD):
        return ""
    item = line.item
    above = item.acting_upper_id if item.waits_on_manager else item.acting_manager_id
    if line.step.startswith(f"{TOLD}{Level.UP}-") and above is not None:
        return f"{names.get(above, 'the next line manager')} has been told as well"
    return "Learning and Development has been told as well" if learning_ids else ""


def _place(line: DigestLine) -> tuple[int, dt.date, str, int]:
    """By heading, then the oldest first."""
    return _ORDER.index(line.section), line.item.due_on, line.item.kind, line.item.subject_id


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]
