"""What people choose about their mail: read for many at once, written for one; and the limits that hold for all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping

from django.db.models import Exists, F

from audit import services as audit
from audit.transactions import all_or_nothing
from notifications.kinds import Frequency, MessageKind
from notifications.models import ExtraHoliday, Mailbox, Preference, SendingLimits
from notifications.registry import kinds
from notifications.rules import Choices
from notifications.working_days import WorkingCalendar
from people.models import Person

NOTHING_CHOSEN = Choices()


def limits() -> SendingLimits:
    """The one row, or the defaults while nobody has changed them."""
    return SendingLimits.objects.order_by("pk").first() or SendingLimits()


def calendar() -> WorkingCalendar:
    """Working days with the holidays that L&D has added."""
    return WorkingCalendar(extra=frozenset(ExtraHoliday.objects.values_list("date", flat=True)))


def of_people(people: Collection[int]) -> dict[int, Choices]:
    """What these people have chosen: two queries however many; who has chosen nothing is left out."""
    chosen: dict[int, dict[str, str]] = {}
    for person, kind, frequency in Preference.objects.filter(person__in=people).values_list(
        "person", "kind", "frequency"
    ):
        chosen.setdefault(person, {})[kind] = frequency
    boxes = {box.person_id: box for box in Mailbox.objects.filter(person__in=people)}
    return {
        person: Choices(
            chosen.get(person, {}),
            boxes[person].paused_until if person in boxes else None,
            boxes[person].link_version if person in boxes else 0,
        )
        for person in chosen.keys() | boxes.keys()
    }


def of_person(person: Person) -> Choices:
    return of_people([person.pk]).get(person.pk, NOTHING_CHOSEN)


def reaching(declared: Iterable[MessageKind], *, person: Person, today: dt.date) -> set[str]:
    """Which of these kinds can reach the person as things stand; one query."""
    declared = list(declared)
    asked = list(dict.fromkeys(concerns for kind in declared for concerns in kind.concerns))
    questions = [Exists(concerns(person_id=person.pk, today=today)) for concerns in asked]
    answers = Person.objects.filter(pk=person.pk).values_list(*questions).get() if questions else ()
    true = {concerns for concerns, is_true in zip(asked, answers, strict=True) if is_true}
    return {kind.code for kind in declared if not kind.concerns or true.intersection(kind.concerns)}


@all_or_nothing()
def choose(*, person: Person, chosen: Mapping[str, str], by: Person | None, now: dt.datetime) -> int:
    """Keeps what a person chose for kinds that may be chosen about; answers how many changed.

    `by` is None where a signed link in a mail did it and nobody was signed in.
    """
    known = kinds()
    before = of_person(person)
    changed = {
        code: frequency
        for code, frequency in chosen.items()
        if code in known and frequency in known[code].choices and before.chosen.get(code) != frequency
        if not (code not in before.chosen and frequency == known[code].usual)
    }
    rows = [Preference(person=person, kind=code, frequency=value, chosen_at=now) for code, value in changed.items()]
    Preference.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["person", "kind"], update_fields=["frequency", "chosen_at"]
    )
    if changed:
        audit.record(
            by=by,
            verb="notifications.chosen",
            subject=person,
            chain=audit.chain_of(person),
            now=now,
            facts={"chosen": {code: str(Frequency(value)) for code, value in changed.items()}, "link": by is None},
        )
    return len(changed)


@all_or_nothing()
def pause(*, person: Person, until: dt.date | None, by: Person, now: dt.datetime) -> None:
    """No routine mail before this day; None lets it come again at once."""
    box, _ = Mailbox.objects.get_or_create(person=person)
    if box.paused_until == until:
        return
    Mailbox.objects.filter(pk=box.pk).update(paused_until=until)
    facts = {"until": until.isoformat() if until else None}
    chain = audit.chain_of(person)
    audit.record(by=by, verb="notifications.paused", subject=person, chain=chain, now=now, facts=facts)


@all_or_nothing()
def revoke_links(*, person: Person, by: Person, now: dt.datetime) -> None:
    """Every link in the mails sent so far stops working; the next mail carries a new one."""
    box, _ = Mailbox.objects.get_or_create(person=person)
    Mailbox.objects.filter(pk=box.pk).update(link_version=F("link_version") + 1)
    audit.record(
        by=by, verb="notifications.links_revoked", subject=person, chain=audit.chain_of(person), now=now, facts={}
    )
