"""What comes too late or too early is refused with its reason, and nobody's silence holds an application up."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from pathways.models import Application, Intake
from tests.pathways.test_applications import DAY, TODAY, Desk, considered, date, desk, intake, sent

__all__ = ["desk"]

pytestmark = pytest.mark.django_db


def test_learning_and_development_takes_on_what_a_silent_manager_holds_up(desk: Desk) -> None:
    own = sent(desk, intake())
    assert "Take it on" not in desk.go("learning", "application_detail", pk=own.pk).content.decode()
    assert desk.act("learning", own, "take-on", words="At once.") == 409, "the manager has days left"
    Application.objects.filter(pk=own.pk).update(answer_by=TODAY - DAY)
    assert "Take it on" in desk.go("learning", "application_detail", pk=own.pk).content.decode()
    assert desk.act("learning", own, "take-on") == 200, "a reason is asked for"
    assert desk.act("manager", own, "take-on", words="Mine.") == 403
    assert desk.act("learning", own, "take-on", words="The manager is away.") == 302
    assert own.state == "with_learning"
    assert "The manager is away." in desk.go("person", "application_detail", pk=own.pk).content.decode()
    returned = sent(desk, intake(), "other")
    assert desk.act("learning", returned, "decline", words="Not this time.") == 302
    assert returned.state == "declined"


def begun(application: Application) -> None:
    past = {"opens_date": TODAY - 30 * DAY, "closes_date": TODAY - 20 * DAY, "decide_date": TODAY - 9 * DAY}
    Intake.objects.filter(pk=application.intake_id).update(start_date=TODAY - DAY, **past)


@pytest.mark.parametrize(
    ("columns", "who", "act", "data", "words"),
    [
        (
            {"state": "offered", "place": 1, "answer_by": TODAY - DAY},
            "person",
            "accept",
            {},
            "The last day to answer was",
        ),
        (
            {"state": "enrolled", "place": 1, "enrolled_date": TODAY},
            "learning",
            "complete",
            date("day", TODAY - DAY),
            "cannot be before the enrolment",
        ),
        (
            {"state": "on_break", "place": 1, "break_date": TODAY},
            "learning",
            "resume",
            {**date("day", TODAY - DAY), **date("until", TODAY + DAY)},
            "cannot be before the break",
        ),
        ({"state": "considered"}, "learning", "offer", date("day", TODAY + 90 * DAY), "after the course starts"),
    ],
)
def test_what_comes_too_late_or_too_early_is_refused(
    desk: Desk, columns: dict[str, Any], who: str, act: str, data: dict[str, Any], words: str
) -> None:
    own = sent(desk, intake())
    Application.objects.filter(pk=own.pk).update(**columns)
    own.refresh_from_db()
    form = {"version": own.version, "form_key": str(uuid.uuid4()), **data}
    answer = desk.go(who, "application_act", form, pk=own.pk, act=act)
    # A date is refused beside its field, with what was typed; an act without one by the service.
    assert answer.status_code == (200 if data else 409)
    assert words in answer.content.decode()
    assert Application.objects.get(pk=own.pk).state == columns["state"]


@pytest.mark.parametrize(
    ("state", "who", "act"), [("considered", "learning", "offer"), ("returned", "person", "send-again")]
)
def test_a_course_that_has_begun_takes_nobody(desk: Desk, state: str, who: str, act: str) -> None:
    own = sent(desk, intake())
    Application.objects.filter(pk=own.pk).update(state=state)
    begun(own)
    assert desk.act(who, own, act, **date("day", TODAY + DAY)) == (200 if act == "offer" else 409)
    assert own.state == state


def test_before_sending_one_reads_what_goes_to_whom_and_until_when(desk: Desk) -> None:
    to = intake()
    desk.go("person", "intake_apply", {}, pk=to.pk)
    own = Application.objects.get()
    text = {"statement": "It fits my work.", "version": own.version, "then": "send"}
    where = desk.go("person", "application_write", text, pk=own.pk).url
    page = desk.clients["person"].get(where).content.decode()
    assert "It fits my work." in page
    assert f"{desk.people['manager'].full_name} reads it first and is expected to answer by" in page
    assert "then Learning and Development" in page


def test_a_batch_says_before_whom_it_leaves_out_and_keeps_what_was_typed(desk: Desk) -> None:
    to = intake(places=1)
    fit, not_yet = considered(desk, to), sent(desk, to, "other")
    items = [f"{row.pk}:{row.version}" for row in (fit, not_yet)]
    asked = desk.go("learning", "intake_decide", {"act": "offer", "item": items}, pk=to.pk).content.decode()
    assert "1 of 1 place free" in asked
    assert asked.index(fit.person.full_name) < asked.index("Left as they are") < asked.index(not_yet.person.full_name)
    done = {"act": "offer", "item": items, "confirm": "1", "form_key": str(uuid.uuid4()), "words": "Well done."}
    wrong = desk.go("learning", "intake_decide", {**done, **date("day", TODAY - DAY)}, pk=to.pk)
    assert "cannot be in the past" in wrong.content.decode()
    assert "Well done." in wrong.content.decode()
    right = desk.go("learning", "intake_decide", {**done, **date("day", TODAY + DAY)}, pk=to.pk)
    page = desk.clients["learning"].get(right.url).content.decode()
    assert f"Offered a place: {fit.person.full_name}" in page
    assert "So this cannot be done" not in page
    alone = {"act": "offer", "item": items[1:]}
    answer = desk.clients["learning"].post(f"/pathways/intakes/{to.pk}/decide/", alone, follow=True)
    assert "fits none of those that you ticked" in answer.content.decode()


def test_an_applicant_hears_where_it_stands_and_not_what_the_desk_does_next(desk: Desk) -> None:
    own = considered(desk, intake(needs_panel=True))
    form = {"version": own.version, "form_key": str(uuid.uuid4())}
    answer = desk.go("person", "application_act", form, pk=own.pk, act="accept").content.decode()
    assert "This application is now: being considered." in answer
    assert "Send it to the panel first" not in answer
