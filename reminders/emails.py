"""The digest: one mail a person a day, with what needs them, what comes soon and what they should know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse

from notifications.due import DueItem, Waiting
from notifications.emails import Content, one_line, render
from notifications.kinds import DIGEST, Frequency, MessageKind, Pace
from notifications.models import OutgoingMail
from people.models import Person
from people.reading import has_team
from people.roles import Role
from reminders.rules import (
    EXCEPTIONS_KIND,
    NO_MANAGER,
    RESOLVED,
    TEAM_KIND,
    TOLD,
    TOLD_WHO_HAS_IT,
    Level,
    Line,
    Section,
    section,
)

LINES_A_SECTION = 5
# A list to work through, not a reminder: the weekly list and the exceptions are worth a page of their own.
LINES_OF_A_LIST = 20
DAILY_DIGEST = MessageKind(
    code=DIGEST,
    title="Daily digest",
    trigger="something waits for you, comes soon or is worth knowing; at most one comes on a working day",
    pace=Pace.DIGEST,
)
KINDS = (
    DAILY_DIGEST,
    MessageKind(
        code=TEAM_KIND,
        title="Your team’s list of the week",
        trigger="something of someone whom you manage or cover for is overdue",
        pace=Pace.LINE,
        default=Frequency.WEEKLY,
        only=(Frequency.WEEKLY, Frequency.OFF),
        concerns=(has_team,),
    ),
    MessageKind(
        code=EXCEPTIONS_KIND,
        title="Exceptions",
        trigger="nobody of a line has acted in time, or there is nobody in the line",
        pace=Pace.LINE,
        must_send="Nobody else has these.",
        for_role=Role.LD_ADMIN,
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
    is_over: bool = False
    """An escalation that is resolved."""


def digest(
    *,
    recipient: Person,
    lines: Iterable[Line],
    notes: Sequence[OutgoingMail] = (),
    names: Mapping[int, str],
    learning_ids: Collection[int],
    today: dt.date,
) -> Content:
    """The digest of one person as it reads on this day; `notes` are mails that joined it."""
    shown = sorted(_merged(lines, names, learning_ids, today), key=_place)
    news = [{"text": note.subject, "when": "", "url": _address_of(note)} for note in notes]
    return render(
        "reminders/emails/digest",
        {
            "recipient": recipient,
            "digest_subject": subject(shown, today, notes),
            "sections": list(_sections(shown, news, recipient)),
            "why": why(recipient, shown, learning_ids),
        },
        kind=DAILY_DIGEST,
    )


def _is_of_team(line: Any, recipient: Person) -> bool:
    """Whether its reader finds it on the page of their team; news are no lines."""
    return isinstance(line, DigestLine) and recipient.pk in {line.item.manager_id, line.item.cover_id}


def _sections(shown: list[DigestLine], news: list[dict[str, str]], recipient: Person) -> Iterator[dict[str, Any]]:
    """Each heading that has lines: the first few of them, and where the others stand."""
    for part_of in _ORDER:
        part: list[Any] = [line for line in shown if line.section is part_of]
        heading = str(part_of)
        if part_of is Section.TEAM and part:
            heading = f"{part_of}: {_count(len(part), 'thing')} overdue, {_count(_people_in(part), 'person')}"
        if part_of is Section.INFORMATION:
            part += news
        limit = LINES_OF_A_LIST if part_of in {Section.TEAM, Section.EXCEPTIONS} else LINES_A_SECTION
        if part:
            more = max(0, len(part) - limit)
            page = reverse("team") if all(_is_of_team(line, recipient) for line in part[limit:]) else reverse("home")
            yield {"heading": heading, "lines": part[:limit], "more": more, "url": f"{settings.SITE_URL}{page}"}


def _people_in(lines: list[DigestLine]) -> int:
    return len({line.item.person_id for line in lines})


def _count(number: int, noun: str) -> str:
    return f"{number} {noun if number == 1 else {'person': 'people'}.get(noun, f'{noun}s')}"


def subject(shown: list[DigestLine], today: dt.date, notes: Sequence[OutgoingMail] = ()) -> str:
    """What and date in the rule's neutral words; no urgency before it is overdue (user-demands.md §4.7)."""
    others = len(shown) + len(notes) - 1
    if not shown:
        words = f"For information: {_small(notes[0].subject)}"
        return f"{words}, and {others} more" if others else words
    first = shown[0]
    rule, date = first.item.rule, when(first.item, today)
    if first.section is Section.TEAM:
        team = [line for line in shown if line.section is Section.TEAM]
        words = f"Your team this week: {_count(len(team), 'thing')} overdue on {date_in_words(today)}"
        others -= len(team) - 1
    elif first.is_over:
        words = f"Resolved: {_small(rule.title)} due by {date_in_words(first.item.due_on)}"
    elif first.section is Section.INFORMATION:
        words = f"For information: {_small(rule.title)}, {date}"
    elif first.item.is_overdue(today):
        words = f"O{date[1:]}: {_small(rule.task)}"
    else:
        words = f"{rule.task} {date}"
    return f"{words}, and {others} more" if others else words


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
    if not shown:
        reasons.append("something happened that comes with your digest")
    return (
        f"You get this because {' and '.join(reasons)}. At most one comes on a working day, and none when all is done."
    )


def date_in_words(day: dt.date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"


def _merged(
    lines: Iterable[Line], names: Mapping[int, str], learning_ids: Collection[int], today: dt.date
) -> list[DigestLine]:
    """One line a thing and date, under its most urgent heading, although several steps may speak of it.

    The end of an escalation speaks of an earlier date: it stands beside what the thing waits for under its new one.
    """
    by_thing: dict[tuple[str, int, dt.date], list[Line]] = {}
    for line in lines:
        by_thing.setdefault((*line.item.key, line.item.due_on), []).append(line)
    shown = []
    for of_thing in by_thing.values():
        item, recipient_id = of_thing[0].item, of_thing[0].recipient_id
        headings = {section(line.step, item, recipient_id, today) for line in of_thing}
        # The list of the week is whole: what needs its reader as well stands there and says so.
        heading = Section.TEAM if Section.TEAM in headings else min(headings, key=_ORDER.index)
        remarks = [_remark(line, names, learning_ids) for line in of_thing]
        shown.append(
            DigestLine(
                item=item,
                section=heading,
                text=_wording(item, recipient_id, names, heading),
                when="; ".join([_when(of_thing[0], heading, today), *dict.fromkeys(filter(None, remarks))]),
                url=f"{settings.SITE_URL}{_address(item, recipient_id)}",
                is_over=of_thing[0].step == RESOLVED,
            )
        )
    return shown


def _may_read(item: DueItem, recipient_id: int) -> bool:
    """What waits on Learning and Development reaches nobody else but the person, so who gets it may read it."""
    return item.waiting_on is Waiting.LEARNING or item.is_readable_by(recipient_id)


def _address(item: DueItem, recipient_id: int) -> str:
    """The thing itself, for whoever has to act the place where they do; for whoever may not open it the page that
    shows them its state."""
    if _may_read(item, recipient_id):
        return f"{item.url}{item.rule.on_page.anchor}" if recipient_id in item.holder_ids else item.url
    if recipient_id in {item.upper_id, item.upper_cover_id}:
        return f"{reverse('team')}?whose=line"
    return reverse("home")


def _when(line: Line, heading: Section, today: dt.date) -> str:
    """By when; in a team's list how late; of what an escalation has ended, when it was due."""
    if line.step == RESOLVED:
        return f"resolved: it was due by {date_in_words(line.item.due_on)} and nothing waits under that date any more"
    if heading is Section.TEAM:
        return f"{_count((today - line.item.due_on).days, 'day')} overdue"
    return when(line.item, today)


def _wording(item: DueItem, recipient_id: int, names: Mapping[int, str], heading: Section) -> str:
    template = item.rule.line if recipient_id in item.holder_ids else item.rule.info
    if heading is Section.TEAM and recipient_id not in item.holder_ids:
        template = "{person}: {label}"
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
    if line.step == RESOLVED:
        return ""
    if line.step.startswith(f"{Level.TEAM}-"):
        return "you cover" if line.recipient_id != line.item.manager_id else ""
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


def _address_of(note: OutgoingMail) -> str:
    """The page that it is about, or the message as it stands in the portal."""
    return f"{settings.SITE_URL}{note.path or reverse('notifications:mail_detail', args=[note.pk])}"


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]
