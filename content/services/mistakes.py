"""Mistakes that readers find in guides: reported once, told to whoever keeps the guide, dealt with."""

from __future__ import annotations

import datetime as dt
import uuid

from audit import services as audit
from audit.transactions import all_or_nothing
from content import emails, rules
from content.models import MistakeReport, Page
from content.querysets import mistake_readers
from people.models import Person

State = MistakeReport.State


@all_or_nothing(durable=True)
def report_mistake(
    *, page_id: int, by: Person, said: str, form_key: uuid.UUID | None, now: dt.datetime
) -> MistakeReport:
    """Keeps what is wrong and tells whoever keeps the guide; where nobody does, all of Learning and Development."""
    # Two reports of one person are counted one after the other.
    Person.objects.select_for_update().get(pk=by.pk)
    known = MistakeReport.objects.filter(form_key=form_key).first() if form_key else None
    if known is not None:
        if (known.person_id, known.page_id, known.said) == (by.pk, page_id, said):
            return known
        # A page that the browser brought back: other words, which are kept as a report of their own.
        form_key = None
    lately = MistakeReport.objects.filter(person=by, reported_at__gt=now - rules.REPORTED_WITHIN)
    rules.check_can_report(reported_lately=lately.count())
    page = Page.objects.shown().select_related("owner").get(pk=page_id)
    report = MistakeReport.objects.create(page=page, person=by, said=said, reported_at=now, form_key=form_key)
    readers = list(mistake_readers().distinct())
    emails.mistake_reported(report, [one for one in readers if one == page.owner] or readers, now=now)
    _record(report, "mistake_reported", by=by, now=now)
    return report


@all_or_nothing()
def set_mistake_state(*, report_id: int, by: Person, state: str, now: dt.datetime) -> MistakeReport:
    """Dealt with, or open again; nothing where it is so already."""
    report = MistakeReport.objects.select_for_update().get(pk=report_id)
    if report.state == state:
        return report
    is_done = state == State.DEALT_WITH
    report.state = State(state)
    report.dealt_with_at, report.dealt_with_by = (now, by) if is_done else (None, None)
    report.save(update_fields=["state", "dealt_with_at", "dealt_with_by"])
    _record(report, "mistake_dealt_with" if is_done else "mistake_opened_again", by=by, now=now)
    return report


def _record(report: MistakeReport, verb: str, *, by: Person, now: dt.datetime) -> None:
    chain = f"person:{report.person_id}"
    audit.record(by=by, verb=f"content.{verb}", subject=report, chain=chain, now=now)
