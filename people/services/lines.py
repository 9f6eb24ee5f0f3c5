"""Line management and cover as dated rows."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from audit import services as audit
from audit.transactions import all_or_nothing
from people import notices
from people.models import Cover, Directorate, LineManagement, Person
from people.querysets import line_ids
from people.roles import Role
from people.rules import NotAllowed
from people.rules.lines import check_can_change_manager, check_can_manage_cover, check_cover, check_no_newcomer
from people.services.newcomers import is_own_newcomer
from people.services.overlaps import no_overlap


@all_or_nothing()
def change_manager(
    *,
    person: Person,
    manager: Person | None,
    from_date: dt.date,
    by: Person,
    today: dt.date,
    now: dt.datetime,
) -> None:
    """From that day on someone else (or, for now, nobody) manages the person; what is open goes with it."""
    one_at_a_time()
    ids = [person.pk, *([manager.pk] if manager else [])]
    locked = {p.pk: p for p in Person.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
    person, manager = locked[person.pk], locked[manager.pk] if manager else None
    check_can_change_manager(
        by=by,
        person=person,
        manager=manager,
        covers=Cover.objects.filter(manager=manager).since(today).values_list("cover_id", flat=True),
        from_date=from_date,
        below=line_ids(person.pk, today=from_date),
        is_ld_admin=_is_ld_admin(by),
        today=today,
    )
    if manager:
        check_no_newcomer(person=manager, is_own_newcomer=is_own_newcomer(manager, by, today=today))
    rows = LineManagement.objects.filter(person=person)
    before = rows.on(from_date).select_related("manager").first()
    if before and manager and before.manager_id == manager.pk:
        return
    rows.filter(start_date__gte=from_date).delete()
    rows.filter(Q(end_date__isnull=True) | Q(end_date__gte=from_date)).update(end_date=from_date - dt.timedelta(days=1))
    if manager:
        with no_overlap():
            LineManagement.objects.create(person=person, manager=manager, start_date=from_date)
    audit.record(
        by=by,
        verb="people.manager_changed",
        subject=person,
        chain=audit.chain_of(person),
        now=now,
        facts={
            "from_date": from_date.isoformat(),
            "old": before.manager.full_name if before else "",
            "new": manager.full_name if manager else "",
        },
    )
    old = before.manager if before else None
    change = notices.LineChange(person=person, old=old, new=manager, from_date=from_date)
    notices.tell(notices.LinesChanged(changes=(change,), by=by), now=now)


def one_at_a_time() -> None:
    """Whoever writes lines waits for these few rows first: two changes, each fine by itself, can close a circle."""
    list(Directorate.objects.select_for_update().order_by("pk"))


@all_or_nothing()
def name_cover(
    *,
    manager: Person,
    cover: Person,
    start_date: dt.date,
    end_date: dt.date,
    reason: str,
    by: Person,
    today: dt.date,
    now: dt.datetime,
) -> Cover:
    """Someone acts for the manager between two days, in their own name."""
    manager = Person.objects.select_for_update().get(pk=manager.pk)
    check_can_manage_cover(
        by=by,
        manager=manager,
        cover=cover,
        manages=may_name_cover(person=manager, today=today),
        is_ld_admin=_is_ld_admin(by),
    )
    if by.pk != manager.pk:
        check_no_newcomer(person=cover, is_own_newcomer=is_own_newcomer(cover, by, today=today))
    others = Cover.objects.filter(manager=manager).since(today).select_related("cover")
    check_cover(manager=manager, cover=cover, start_date=start_date, end_date=end_date, others=others, today=today)
    before = _days(manager, cover, today)
    with no_overlap():
        row = Cover.objects.create(
            manager=manager, cover=cover, start_date=start_date, end_date=end_date, reason=reason
        )
    _tell(row, "people.cover_named", before, by, today, now)
    return row


@all_or_nothing()
def end_cover(*, cover: Cover, by: Person, today: dt.date, now: dt.datetime) -> None:
    """Ends at once: yesterday was its last day; one that began today or later never held."""
    row = Cover.objects.select_for_update(of=("self",)).select_related("manager", "cover").filter(pk=cover.pk).first()
    if row is None or (row.end_date and row.end_date < today):
        return
    if by.pk not in {row.manager_id, row.cover_id} and not _is_ld_admin(by):
        raise NotAllowed("Cover is ended by the manager, by whoever covers, or by Learning and Development.")
    before = _days(row.manager, row.cover, today)
    if row.start_date >= today:
        # Gone from the table, but the history still tells of it by its number.
        Cover.objects.filter(pk=row.pk).delete()
    else:
        row.end_date = today - dt.timedelta(days=1)
        row.save(update_fields=["end_date"])
    _tell(row, "people.cover_ended", before, by, today, now)


def may_name_cover(*, person: Person, today: dt.date) -> bool:
    """Whoever manages someone who works here today."""
    return Person.objects.reporting_to(person, today=today).exists()


def _is_ld_admin(by: Person) -> bool:
    user = getattr(by, "user", None)
    return bool(user and user.has_role(Role.LD_ADMIN))


def _days(manager: Person, cover: Person, today: dt.date) -> tuple[notices.Days, ...]:
    """The days of this cover for this manager that are still to come."""
    rows = Cover.objects.filter(manager=manager, cover=cover).since(today).order_by("start_date")
    return tuple(rows.values_list("start_date", "end_date"))


def _tell(
    row: Cover, verb: str, before: tuple[notices.Days, ...], by: Person, today: dt.date, now: dt.datetime
) -> None:
    audit.record(
        by=by,
        verb=verb,
        subject=row,
        chain=audit.chain_of(row.manager),
        now=now,
        facts={
            "cover": row.cover.full_name,
            "start_date": row.start_date.isoformat(),
            "end_date": row.end_date.isoformat() if row.end_date else "",
        },
        text=row.reason,
    )
    is_by_others = by.pk not in {row.manager_id, row.cover_id}
    team = tuple(Person.objects.reporting_to(row.manager, today=today)) if is_by_others else ()
    notices.tell(notices.CoverChanged(manager=row.manager, cover=row.cover, before=before, team=team, by=by), now=now)
