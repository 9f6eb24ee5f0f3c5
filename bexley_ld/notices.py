"""Turns what `people` tells (people/notices.py) into mail, and asks again before mail about cover leaves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from django.utils import timezone

from bexley_ld import emails
from notifications import services as mail
from notifications.delivery import Drop
from notifications.emails import Content
from notifications.models import OutgoingMail
from people.models import Cover, Person
from people.notices import AddressChanged, CoverChanged, Days, LineChange, LinesChanged, Notice

TAKEN_BACK = "It was taken back before this message left."
OVER = "The cover was taken back, or is over, before this message left."


def send(notice: Notice, now: dt.datetime) -> None:
    """Everyone concerned except whoever did it, who knows."""
    if isinstance(notice, AddressChanged):
        _send_address(notice, now)
    elif isinstance(notice, LinesChanged):
        _send_lines(notice, now)
    else:
        _send_cover(notice, now)


def _others(people: Iterable[Person | None], by: Person | None) -> list[Person]:
    told = {person.pk: person for person in people if person and person.is_active and person != by}
    return list(told.values())


def _send_lines(notice: LinesChanged, now: dt.datetime) -> None:
    """One mail a person, however much of it concerns them."""
    subject = "import" if notice.is_hr_file else notice.changes[0].person.pk
    concerning: dict[int, list[LineChange]] = {}
    for change in notice.changes:
        for pk in {one.pk for one in (change.person, change.old, change.new) if one}:
            concerning.setdefault(pk, []).append(change)
    people = _others((one for change in notice.changes for one in (change.person, change.old, change.new)), notice.by)
    mails = [
        mail.NewMail(
            key=f"{emails.LINE}:{subject}:{person.pk}:{now.isoformat()}",
            kind=emails.LINE,
            recipient=person,
            subject=content.subject,
            text_body=content.text_body,
            html_body=content.html_body,
            why=emails.LINE_WHY,
        )
        for person in people
        for content in [emails.lines_changed(person, notice, concerning[person.pk])]
    ]
    mail.queue_many(mails, now=now)


def _send_cover(notice: CoverChanged, now: dt.datetime) -> None:
    """Held, one mail a reader for the two concerned, written from how things stand when it leaves."""
    manager, cover, by = notice.manager, notice.cover, notice.by
    pair = f"{emails.COVER}:{manager.pk}:{cover.pk}"
    after = _days_of([manager.pk], timezone.localdate(now)).get((manager.pk, cover.pk), [])
    facts = {
        "manager": manager.pk,
        "cover": cover.pk,
        "by": by.pk,
        "before": [[first.isoformat(), last.isoformat() if last else None] for first, last in notice.before],
    }
    mails = [
        mail.NewMail(
            key=f"{pair}:{person.pk}:{now.isoformat()}",
            kind=emails.COVER,
            recipient=person,
            subject=content.subject,
            text_body=content.text_body,
            html_body=content.html_body,
            why=emails.why_cover(person, manager=manager, cover=cover),
            facts=facts,
            held_as=f"{pair}:{person.pk}",
        )
        for person in _others([manager, cover, *notice.team], by)
        for content in [
            emails.cover_changed(person, manager=manager, cover=cover, by=by, before=notice.before, after=after)
        ]
    ]
    mail.queue_many(mails, now=now)


def refresh_covers(mails: list[OutgoingMail], now: dt.datetime) -> dict[Any, Content | Drop]:
    """What became of the cover since its reader heard of it last: nothing, then nothing leaves. Two queries for all."""
    today = timezone.localdate(now)
    asked = [(one, one.recipient) for one in mails if "before" in one.facts and one.recipient is not None]
    covers = _days_of({one.facts["manager"] for one, _ in asked}, today)
    people = Person.objects.in_bulk({one.facts[name] for one, _ in asked for name in ("manager", "cover", "by")})
    answers: dict[Any, Content | Drop] = {}
    for one, recipient in asked:
        manager, cover, by = (people[one.facts[name]] for name in ("manager", "cover", "by"))
        before = _to_come(one.facts["before"], today)
        after = covers.get((manager.pk, cover.pk), [])
        if before == after:
            answers[one.pk] = Drop(TAKEN_BACK if after else OVER)
        else:
            answers[one.pk] = emails.cover_changed(
                recipient, manager=manager, cover=cover, by=by, before=before, after=after
            )
    return answers


def _days_of(managers: Collection[int], today: dt.date) -> dict[tuple[int, int], list[Days]]:
    """The days of cover still to come, by manager and cover."""
    found: dict[tuple[int, int], list[Days]] = {}
    rows = Cover.objects.filter(manager__in=managers).since(today).order_by("start_date")
    for manager, cover, first, last in rows.values_list("manager", "cover", "start_date", "end_date"):
        found.setdefault((manager, cover), []).append((first, last))
    return found


def _to_come(days: Iterable[list[str | None]], today: dt.date) -> list[Days]:
    """What a mail keeps as text, without what is over by now."""
    read = [(dt.date.fromisoformat(first or ""), dt.date.fromisoformat(last) if last else None) for first, last in days]
    return [(first, last) for first, last in read if last is None or last >= today]


def _send_address(notice: AddressChanged, now: dt.datetime) -> None:
    for address in (notice.old, notice.new):
        mail.queue_to_address(
            key=f"{emails.ADDRESS}:{notice.person.pk}:{address}:{now.isoformat()}",
            kind=emails.ADDRESS,
            address=address,
            content=emails.address_changed(notice, is_old=address == notice.old),
            why=emails.ADDRESS_WHY,
            now=now,
        )
