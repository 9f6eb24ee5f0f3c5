"""An interest said or taken back, and an application as it is begun, written and thrown away before it is sent."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from audit import services as audit
from audit.transactions import all_or_nothing
from pathways import emails
from pathways.models import Application, CareerStep, Intake, Interest, QualificationRoute
from pathways.rules import application as rules
from people.models import Person
from people.rules import Conflict, NotAllowed, check_version

# Mornings that were missed are made up for; whoever becomes interested later sees the intake on the route's page.
TOLD_FOR = dt.timedelta(days=7)
DRAFTS_KEPT = dt.timedelta(days=30)
"""How long a draft stays that nobody has saved again (reliability-and-security.md §5)."""


@dataclass(frozen=True)
class DraftData:
    """What the applicant writes."""

    statement: str = ""
    evidence: str = ""
    evidence_url: str = ""


@all_or_nothing(durable=True)
def express_interest(*, route: QualificationRoute, by: Person, now: dt.datetime) -> Interest:
    """Tells Learning and Development that the person would like this route; said twice is said once."""
    Person.objects.select_for_update().get(pk=by.pk)
    interest: Interest
    interest, is_new = Interest.objects.get_or_create(
        person=by, route=route, withdrawn_at=None, defaults={"expressed_at": now}
    )
    if is_new:
        _record(by, "interest_expressed", interest, now)
    return interest


@all_or_nothing(durable=True)
def withdraw_interest(*, interest_id: int, by: Person, now: dt.datetime) -> Interest:
    """Only the person; taken back twice is taken back once."""
    interest: Interest = Interest.objects.select_for_update().get(pk=interest_id)
    if interest.person_id != by.pk:
        raise NotAllowed("Only the person who is interested can take that back.")
    if interest.withdrawn_at is None:
        interest.withdrawn_at = now
        interest.save(update_fields=["withdrawn_at"])
        _record(by, "interest_withdrawn", interest, now)
    return interest


@all_or_nothing(durable=True)
def begin_application(
    *,
    by: Person,
    intake: Intake | None = None,
    step: CareerStep | None = None,
    today: dt.date,
    now: dt.datetime,
) -> Application:
    """A draft for the intake or the step; the one that is there already is the answer to a second click."""
    Person.objects.select_for_update().get(pk=by.pk)
    own = Application.objects.filter(person=by, intake=intake, step=step)
    # Taken back or not supported, one may begin again; whatever else became of it stands.
    before: Application | None = (
        own.exclude(state__in=["withdrawn", "not_supported"]) if intake else own.live()
    ).first()
    if before is not None:
        return before
    if intake is not None:
        rules.check_can_apply(intake, today=today)
    elif step is not None:
        rules.check_can_progress(step)
    application: Application = Application.objects.create(
        person=by, intake=intake, step=step, created_at=now, saved_at=now
    )
    _record(by, "application_begun", application, now)
    return application


@all_or_nothing(durable=True)
def save_draft(*, application_id: int, by: Person, version: int, data: DraftData, now: dt.datetime) -> Application:
    """Keeps what is written. A draft from an older page is a conflict, so that two tabs lose nothing."""
    application: Application = Application.objects.select_for_update().get(pk=application_id)
    sides = rules.sides_of(person_id=application.person_id, by_id=by.pk, managers=(), is_learning=False)
    rules.check_can_write(application, sides)
    written = {"statement": data.statement, "evidence": data.evidence, "evidence_url": data.evidence_url}
    if application.sent_text == written:
        return application
    check_version(application.version, version)
    for name, value in written.items():
        setattr(application, name, value)
    application.version += 1
    application.saved_at = now
    application.save(update_fields=[*written, "version", "saved_at"])
    return application


@all_or_nothing(durable=True)
def discard_draft(*, application_id: int, by: Person, now: dt.datetime) -> None:
    """Throws a draft away; nobody else has ever seen it."""
    application: Application = Application.objects.select_for_update().get(pk=application_id)
    if application.person_id != by.pk:
        raise NotAllowed("Only the applicant can do this.")
    if application.state != Application.State.DRAFT:
        raise Conflict("This application has been sent. Withdraw it instead.")
    _record(by, "application_discarded", application, now)
    application.delete()


def tell_interested(*, today: dt.date, now: dt.datetime) -> int:
    """Daily: an intake that opened in the last week is told to whoever was interested before; each hears of it once."""
    opened = Intake.objects.open_on(today).filter(opens_date__gt=today - TOLD_FOR)
    told = 0
    for intake in opened.order_by("pk"):
        for interest in Interest.objects.waiting_for(intake).select_related("person"):
            emails.intake_open(interest, intake_id=intake.pk, now=now)
            told += 1
    return told


@all_or_nothing()
def delete_old_drafts(*, today: dt.date, now: dt.datetime) -> int:
    """Daily: drafts that were not touched for a month and can no longer be sent, or belong to somebody who has left."""
    old = Application.objects.filter(state=Application.State.DRAFT, saved_at__lt=now - DRAFTS_KEPT)
    closed = old.filter(intake__closes_date__lt=today)
    gone = old.filter(person__deactivated_at__isnull=False)
    ids = sorted({*closed.values_list("pk", flat=True), *gone.values_list("pk", flat=True)})
    for draft in Application.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"):
        audit.record(
            by=None,
            verb="pathways.draft_deleted",
            subject=draft,
            chain=audit.chain_of(draft.person),
            now=now,
        )
        draft.delete()
    return len(ids)


def _record(by: Person, verb: str, subject: Interest | Application, now: dt.datetime) -> None:
    facts = {"route": subject.route_id} if isinstance(subject, Interest) else {}
    audit.record(
        by=by, verb=f"pathways.{verb}", subject=subject, chain=audit.chain_of(subject.person), now=now, facts=facts
    )
