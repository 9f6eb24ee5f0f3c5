"""Capabilities marked by the person, shared or not, and the manager's view beside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from audit import services as audit
from audit.transactions import all_or_nothing
from pathways import emails
from pathways.models import Capability, CapabilityMark, CareerRole, SelfAssessment
from pathways.rules import assessment as rules
from pathways.rules.assessment import Marked
from people.line import line_of
from people.models import Person
from people.rules import Conflict, check_version

Side = CapabilityMark.Side


@all_or_nothing(durable=True)
def save_marks(
    *, person: Person, role: CareerRole, version: int, marks: Mapping[int, Marked], now: dt.datetime
) -> SelfAssessment:
    """Keeps what the person says of the role's capabilities now; what stood there before stays as history.

    The same form twice changes nothing. The history of the person tells that something was marked, never of which
    role: Learning and Development reads it, and where somebody would like to go is private.
    """
    Person.objects.select_for_update().get(pk=person.pk)
    sheet, _ = SelfAssessment.objects.get_or_create(person=person, role=role, defaults={"changed_at": now})
    # Whoever reads what was shared must not find what is marked after it, whatever the clocks say.
    at = rules.instant_behind(now, last=sheet.changed_at, past=sheet.shared_at)
    if not _add(sheet, Side.PERSON, person, marks, seen=version, current=sheet.version, at=at):
        return sheet
    sheet.version += 1
    sheet.changed_at = at
    sheet.save(update_fields=["version", "changed_at"])
    _record(sheet, "capabilities_marked", by=person, now=now)
    return sheet


@all_or_nothing(durable=True)
def share(
    *, assessment_id: int, by: Person, version: int, is_shared: bool, today: dt.date, now: dt.datetime
) -> SelfAssessment:
    """Lets the manager's side read what stands there now and tells them, or closes it to them again."""
    sheet = _locked(assessment_id)
    rules.check_can_share(owner_id=sheet.person_id, by_id=by.pk)
    if is_shared:
        check_version(sheet.version, version)
    if is_shared == sheet.is_shared and not sheet.has_unshared:
        return sheet
    sheet.shared_at = rules.instant_behind(now, last=sheet.changed_at) if is_shared else None
    sheet.save(update_fields=["shared_at"])
    if is_shared:
        emails.assessment_shared(sheet, line_of(sheet.person, today=today), now=now)
    _record(sheet, "capabilities_shared" if is_shared else "capabilities_closed", by=by, now=now)
    return sheet


@all_or_nothing(durable=True)
def give_view(
    *, assessment_id: int, by: Person, version: int, marks: Mapping[int, Marked], today: dt.date, now: dt.datetime
) -> SelfAssessment:
    """Keeps the manager's view beside the person's own; the person reads it at once, and is told."""
    sheet = _locked(assessment_id)
    line = line_of(sheet.person, today=today)
    if by.pk in line.ids and not sheet.is_shared:
        raise Conflict(f"{sheet.person.full_name} no longer shares this with you. Talk to them about it.")
    rules.check_can_give_view(owner_id=sheet.person_id, by_id=by.pk, line_ids=line.ids, is_shared=sheet.is_shared)
    if not _add(sheet, Side.MANAGER, by, marks, seen=version, current=sheet.view_version, at=now):
        return sheet
    sheet.view_version += 1
    sheet.save(update_fields=["view_version"])
    emails.assessment_viewed(sheet, now=now)
    _record(sheet, "capabilities_viewed", by=by, now=now, acting_for=line.acting_for(by))
    return sheet


def _locked(assessment_id: int) -> SelfAssessment:
    """The sheet, held behind its person's row as every change of it is."""
    person_id = SelfAssessment.objects.values_list("person", flat=True).get(pk=assessment_id)
    Person.objects.select_for_update().get(pk=person_id)
    sheet: SelfAssessment = SelfAssessment.objects.select_related("person").get(pk=assessment_id)
    return sheet


def _add(
    sheet: SelfAssessment,
    side: Side,
    by: Person,
    marks: Mapping[int, Marked],
    *,
    seen: int,
    current: int,
    at: dt.datetime,
) -> bool:
    """Adds what is new among the marks; whether there was any."""
    before = {
        mark.capability_id: Marked(mark.level, mark.note, mark.seen_date)
        for mark in sheet.marks.filter(side=side).order_by("marked_at", "pk")
        if mark.capability_id is not None
    }
    new = rules.changed(before, marks)
    if not new:
        return False
    check_version(current, seen)
    titles = dict(Capability.objects.filter(role=sheet.role_id, pk__in=new).values_list("pk", "title"))
    if set(new) - set(titles):
        raise Conflict("Learning and Development has changed the capabilities of this role. Open the page again.")
    CapabilityMark.objects.bulk_create(
        CapabilityMark(
            assessment=sheet,
            capability_id=pk,
            title=titles[pk],
            side=side,
            by=by,
            level=mark.level,
            note=mark.note,
            seen_date=mark.seen_date,
            marked_at=at,
        )
        for pk, mark in new.items()
    )
    return True


def _record(
    sheet: SelfAssessment, verb: str, *, by: Person, now: dt.datetime, acting_for: Person | None = None
) -> None:
    audit.record(
        by=by,
        verb=f"pathways.{verb}",
        subject=sheet,
        chain=audit.chain_of(sheet.person),
        now=now,
        acting_for=acting_for,
    )
