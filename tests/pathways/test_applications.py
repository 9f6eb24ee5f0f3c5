"""An application from the first word to the award: asked over HTTP, judged by the table, one place given once."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audit.verification import faults
from notifications.models import OutgoingMail
from pathways.models import Application, ApplicationDecision, Intake
from pathways.querysets.application import HAVE_A_PLACE
from pathways.rules import application as rules
from pathways.services import deciding
from people.models import Person, QualificationHeld
from people.roles import Role
from tests.factories.pathways import CareerRoleFactory, CareerStepFactory, RouteFactory, event
from tests.factories.people import PersonFactory, UserFactory, line, posting

TODAY = dt.datetime.now(tz=dt.UTC).date()
DAY = dt.timedelta(days=1)

pytestmark = pytest.mark.django_db


@dataclass
class Desk:
    """An applicant with a manager, and Learning and Development."""

    clients: dict[str, Client]
    people: dict[str, Person]

    def go(self, who: str, name: str, data: dict[str, Any] | None = None, **where: Any) -> Any:
        client, url = self.clients[who], reverse(f"pathways:{name}", kwargs=where)
        return client.get(url) if data is None else client.post(url, data)

    def act(self, who: str, application: Application, act: str, **data: Any) -> int:
        application.refresh_from_db()
        data = {"version": application.version, "form_key": str(uuid.uuid4()), **data}
        status: int = self.go(who, "application_act", data, pk=application.pk, act=act).status_code
        application.refresh_from_db()
        return status


def date(name: str, day: dt.date) -> dict[str, int]:
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


@pytest.fixture
def desk() -> Desk:
    people = {name: PersonFactory() for name in ("person", "other", "manager", "learning", "stranger")}
    for name in ("person", "other"):
        posting(people[name])
        line(people[name], people["manager"])
    clients = {}
    for name, person in people.items():
        clients[name] = Client()
        clients[name].force_login(UserFactory(person=person, roles=[Role.LD_ADMIN] if name == "learning" else []))
    return Desk(clients, people)


def intake(**more: Any) -> Intake:
    route = more.pop("route", None)
    if route is None:
        route = RouteFactory()
        event(route, TODAY - 90 * DAY, "route_open")
    dates = {"opens_date": TODAY - DAY, "closes_date": TODAY + 5 * DAY, "decide_date": TODAY + 20 * DAY}
    return Intake.objects.create(route=route, **{**dates, "start_date": TODAY + 40 * DAY, "places": 1, **more})


def sent(desk: Desk, to: Intake, who: str = "person") -> Application:
    assert desk.go(who, "intake_apply", {}, pk=to.pk).status_code == 302
    application = Application.objects.get(person=desk.people[who], intake=to, state="draft")
    text = {"statement": "Because it fits.", "version": application.version, "then": "send"}
    assert desk.go(who, "application_write", text, pk=application.pk).status_code == 302
    assert desk.act(who, application, "send") == 302
    return application


def considered(desk: Desk, to: Intake, who: str = "person") -> Application:
    application = sent(desk, to, who)
    assert desk.act("manager", application, "support", words="Ready for it.") == 302
    assert desk.act("learning", application, "consider") == 302
    return application


def test_from_a_decline_over_the_reserve_list_to_the_award(desk: Desk) -> None:
    first = intake()
    award = QualificationHeld._meta.get_field("qualification").related_model.objects.create(code="l3", title="Level 3")
    first.route.awards.add(award)
    declined = sent(desk, first)
    assert desk.act("manager", declined, "support", words="Ready for it.") == 302
    assert desk.act("learning", declined, "decline", words="More experience first.") == 302
    assert "More experience first." in desk.go("person", "application_detail", pk=declined.pk).content.decode()

    later = intake(route=first.route, start_date=TODAY + 60 * DAY)
    rival, again = considered(desk, later, "other"), considered(desk, later)
    assert desk.act("learning", rival, "offer", **date("day", TODAY + DAY)) == 302
    assert desk.act("learning", again, "offer", **date("day", TODAY + DAY)) == 409
    assert desk.act("learning", again, "reserve") == 302
    assert "Offered a place" in desk.go("learning", "intake_detail", pk=later.pk).content.decode()
    assert desk.act("other", rival, "refuse-offer") == 302
    assert f"offer it to {again.person.full_name}" in desk.go("learning", "intake_detail", pk=later.pk).content.decode()
    assert desk.act("learning", again, "offer", **date("day", TODAY + DAY)) == 302
    assert desk.act("person", again, "accept") == 302
    dates = {**date("day", TODAY), **date("until", TODAY + 365 * DAY)}
    assert desk.act("learning", again, "enrol", **dates) == 302
    part = {"kind": "hours", "title": "Study days", "hours": 30}
    assert desk.go("person", "milestones", part, pk=again.pk).status_code == 302
    mark = again.milestones.get()
    assert desk.go("person", "milestone_mark", {"done": "1"}, pk=mark.pk).status_code == 302
    assert "30 off-the-job hours done" in desk.go("person", "application_detail", pk=again.pk).content.decode()
    assert desk.act("learning", again, "complete", awards=[award.pk], **date("day", TODAY)) == 302
    assert QualificationHeld.objects.get(person=again.person).is_verified
    assert list(faults()) == []
    kinds = set(OutgoingMail.objects.values_list("kind", flat=True))
    assert {"pathways.application_to_support", "pathways.application_moved"} <= kinds
    for words in OutgoingMail.objects.values_list("subject", "text_body"):
        assert first.route.title not in " ".join(words)


def test_a_second_click_on_the_same_button_answers_as_the_first(desk: Desk) -> None:
    application = considered(desk, intake())
    assert desk.act("learning", application, "offer", **date("day", TODAY + DAY)) == 302
    form = {"version": application.version, "form_key": str(uuid.uuid4())}
    for _ in range(2):
        answer = desk.go("person", "application_act", form, pk=application.pk, act="accept")
        assert (answer.status_code, answer.url) == (302, application.get_absolute_url())
    assert application.decisions.filter(act="accept").count() == 1
    assert desk.act("manager", application, "accept") == 403
    assert desk.act("stranger", application, "accept") == 404


def test_a_part_that_is_sent_twice_stands_once_and_another_on_the_same_page_is_kept(desk: Desk) -> None:
    application = considered(desk, intake())
    Application.objects.filter(pk=application.pk).update(state="enrolled", place=1)
    assert 'name="form_key"' in desk.go("person", "milestones", pk=application.pk).content.decode()
    part = {"kind": "hours", "title": "Study days", "hours": 30, "form_key": str(uuid.uuid4())}
    for _ in range(2):
        assert desk.go("person", "milestones", part, pk=application.pk).status_code == 302
    assert application.milestones.count() == 1
    for change in ({"title": "More study days"}, {"form_key": "mangled"}):
        assert desk.go("person", "milestones", {**part, **change}, pk=application.pk).status_code == 302
    assert sorted(part.title for part in application.milestones.all()) == [
        *("More study days", "Study days", "Study days")
    ]


@pytest.mark.parametrize(("who", "mails"), [("learning", 1), ("person", 0)])
def test_who_is_taken_off_the_route_by_another_is_told(desk: Desk, who: str, mails: int) -> None:
    application = considered(desk, intake())
    assert desk.act("learning", application, "offer", **date("day", TODAY + DAY)) == 302
    assert desk.act("person", application, "accept") == 302
    dates = {**date("day", TODAY), **date("until", TODAY + 365 * DAY)}
    assert desk.act("learning", application, "enrol", **dates) == 302
    told = OutgoingMail.objects.filter(recipient=application.person, kind="pathways.application_moved")
    before = told.count()
    assert desk.act(who, application, "leave", words="Did not attend.") == 302
    assert told.count() - before == mails


@pytest.mark.parametrize(
    ("ladder_order", "profession", "is_open_above", "status"),
    [
        (None, "social-work", True, 403),
        (1, "social-work", True, 403),
        (2, "social-work", True, 403),
        (3, "social-work", True, 302),
        (3, "social-work", False, 403),
        (3, "occupational-therapy", True, 403),
    ],
)
def test_from_further_up_means_the_same_profession_and_a_higher_role(
    desk: Desk, ladder_order: int | None, profession: str, is_open_above: bool, status: int
) -> None:
    start = CareerRoleFactory(job_role__ladder_order=2)
    step = CareerStepFactory(gate="appraisal", from_role=start, is_open_above=is_open_above)
    own = CareerRoleFactory(profession__code=profession, job_role__ladder_order=ladder_order)
    desk.people["person"].postings.update(job_role=own.job_role)
    assert desk.go("person", "step_apply", {}, pk=step.pk).status_code == status
    assert desk.go("stranger", "step_apply", {}, pk=step.pk).status_code == 403
    assert Application.objects.filter(step=step).exists() == (status == 302)


def test_a_progression_goes_through_the_panel(desk: Desk) -> None:
    step = CareerStepFactory(gate="panel")
    assert desk.go("person", "step_apply", {}, pk=step.pk).status_code == 403
    desk.people["person"].postings.update(job_role=step.from_role.job_role)
    page = desk.go("person", "next_step").content.decode()
    form = page[page.index(reverse("pathways:step_apply", args=[step.pk])) :]
    assert "csrfmiddlewaretoken" in form[: form.index("</form>")]
    assert "Apply for this step" in form
    assert desk.go("person", "step_apply", {}, pk=step.pk).status_code == 302
    own = Application.objects.get(step=step)
    page = desk.go("person", "next_step").content.decode()
    assert own.get_absolute_url() in page
    assert "Apply for this step" not in page
    written = {"statement": "Ready", "version": own.version, "then": "send"}
    desk.go("person", "application_write", written, pk=own.pk)
    assert desk.act("person", own, "send") == 409, "a progression needs its evidence"
    desk.go("person", "application_write", {**written, "evidence": "A case", "version": own.version}, pk=own.pk)
    assert desk.act("person", own, "send") == 302
    assert desk.act("manager", own, "support", words="Ready for it.") == 302
    assert desk.act("learning", own, "consider") == 302
    assert desk.act("learning", own, "approve", words="Yes") == 409, "the panel speaks first"
    assert desk.act("learning", own, "to-panel", **date("day", TODAY + DAY)) == 302
    assert own.answer_by == TODAY + DAY
    assert desk.act("learning", own, "panel-yes", words="Convincing.") == 302
    assert desk.act("learning", own, "approve", words="From next month.") == 302
    assert own.state == "approved"
    assert own.person.full_name in desk.go("learning", "progressions").content.decode()


def test_a_draft_is_the_applicants_alone(desk: Desk) -> None:
    to = intake()
    desk.go("person", "intake_apply", {}, pk=to.pk)
    draft = Application.objects.get()
    saved = {"statement": "Half a sent", "version": draft.version, "then": "later"}
    assert desk.go("person", "application_write", saved, pk=draft.pk).status_code == 302
    assert "Half a sent" in desk.go("person", "application_write", pk=draft.pk).content.decode()
    for who in ("manager", "learning", "stranger"):
        assert desk.go(who, "application_detail", pk=draft.pk).status_code == 404
    assert desk.go("person", "application_write", {**saved, "statement": "Else"}, pk=draft.pk).status_code == 409


def test_a_draft_is_saved_as_it_is_typed(desk: Desk) -> None:
    """The page's script goes on with the version that it is told; what cannot be kept says why, and no page moves."""
    to = intake()
    desk.go("person", "intake_apply", {}, pk=to.pk)
    draft = Application.objects.get()
    typed = {"statement": "Half a sent", "version": draft.version, "then": "typed"}
    answer = desk.go("person", "application_write", typed, pk=draft.pk)
    draft.refresh_from_db()
    assert (answer.json()["version"], draft.statement) == (draft.version, "Half a sent")
    assert answer.json()["said"].startswith("Saved on ")
    wrong = {**typed, "version": draft.version, "evidence_url": "half a link"}
    refused = desk.go("person", "application_write", wrong, pk=draft.pk)
    assert refused.status_code == 422
    assert refused.json()["said"].startswith("Not saved yet. Enter a link that starts with https://")
    assert desk.go("person", "application_write", {**typed, "statement": "Else"}, pk=draft.pk).status_code == 409


def test_nobody_decides_for_themself_and_a_stranger_sees_nothing(desk: Desk) -> None:
    to = intake()
    line(desk.people["learning"], desk.people["manager"])
    own = sent(desk, to, "learning")
    assert desk.act("learning", own, "support", words="Me") == 403
    assert desk.act("manager", own, "support", words="Yes") == 302
    assert desk.act("learning", own, "consider") == 403
    assert desk.go("stranger", "application_detail", pk=own.pk).status_code == 404
    assert desk.go("stranger", "desk").status_code == 403


def test_the_same_form_twice_is_one_decision_and_a_stale_one_a_conflict(desk: Desk) -> None:
    application, key = sent(desk, intake()), str(uuid.uuid4())
    version = application.version
    for _ in range(2):
        deciding.act(
            application_id=application.pk, name="support", by=desk.people["manager"], is_learning=False,
            version=version, data=deciding.ActData(words="Yes"), form_key=uuid.UUID(key), today=TODAY,
            now=dt.datetime.now(tz=dt.UTC),
        )  # fmt: skip
    assert ApplicationDecision.objects.filter(act="support").count() == 1
    assert desk.act("learning", application, "consider", version=version) == 409


def test_an_offer_lapses_after_its_last_day_and_frees_the_place(desk: Desk) -> None:
    application = considered(desk, intake())
    desk.act("learning", application, "offer", **date("day", TODAY + DAY))
    now = dt.datetime.now(tz=dt.UTC)
    assert deciding.lapse_offers(today=TODAY + DAY, now=now) == 0
    assert deciding.lapse_offers(today=TODAY + 2 * DAY, now=now) == 1
    application.refresh_from_db()
    assert (application.state, application.place) == ("lapsed", None)


def test_a_break_moves_the_end(desk: Desk) -> None:
    application = considered(desk, intake())
    desk.act("learning", application, "offer", **date("day", TODAY + DAY))
    desk.act("person", application, "accept")
    desk.act("learning", application, "enrol", **date("day", TODAY), **date("until", TODAY + 300 * DAY))
    away = {**date("day", TODAY), **date("until", TODAY + 90 * DAY)}
    assert desk.act("learning", application, "pause", **away) == 200, "a reason is asked for"
    assert desk.act("learning", application, "pause", words="Parental leave", **away) == 302
    assert (application.state, application.answer_by) == ("on_break", TODAY + 90 * DAY)
    back = {**date("day", TODAY), **date("until", TODAY + 390 * DAY)}
    assert desk.act("learning", application, "resume", **back) == 302
    assert (application.state, application.expected_end_date) == ("enrolled", TODAY + 390 * DAY)
    assert desk.act("person", application, "leave", words="Moved away") == 302
    assert (application.state, application.place) == ("left", None)


def test_several_are_decided_at_once(desk: Desk) -> None:
    to = intake(places=1)
    rows = [considered(desk, to), considered(desk, to, "other")]
    items = [f"{row.pk}:{row.version}" for row in rows]
    page = desk.go("learning", "intake_decide", {"act": "offer", "item": items}, pk=to.pk)
    assert page.status_code == 200
    done = {"act": "offer", "item": items, "confirm": "1", "form_key": str(uuid.uuid4()), **date("day", TODAY + DAY)}
    assert desk.go("learning", "intake_decide", done, pk=to.pk).status_code == 302
    assert sorted(Application.objects.values_list("state", flat=True)) == ["considered", "offered"]


@pytest.mark.parametrize("tick", ["²:1", "{pk}:²", "9" * 5000 + ":1", "{pk}:" + "9" * 5000, f"{2**63}:1", "x", "", ":"])
def test_a_tick_that_no_page_has_given_decides_nothing(desk: Desk, tick: str) -> None:
    row = considered(desk, intake(places=1))
    data = {
        "act": "offer",
        "item": [tick.format(pk=row.pk)],
        "confirm": "1",
        "form_key": str(uuid.uuid4()),
        **date("day", TODAY + DAY),
    }
    assert desk.go("learning", "intake_decide", data, pk=row.intake_id).status_code == 302
    assert Application.objects.get().state == "considered"


def test_an_interest_is_said_and_taken_back(desk: Desk) -> None:
    route = RouteFactory()
    assert "I am interested" in desk.go("person", "route_detail", pk=route.pk).content.decode()
    for _ in range(2):
        assert desk.go("person", "interest_express", {}, pk=route.pk).status_code == 302
    interest = desk.people["person"].interests.get()
    assert route.title in desk.go("learning", "desk").content.decode()
    page = desk.go("person", "route_detail", pk=route.pk).content.decode()
    assert "You have said that you are interested" in page
    assert "I am interested" not in page
    assert desk.go("stranger", "interest_withdraw", {}, pk=interest.pk).status_code == 404
    assert desk.go("person", "interest_withdraw", {}, pk=interest.pk).status_code == 302
    assert route.title not in desk.go("learning", "desk").content.decode()


@pytest.mark.parametrize("page", ["applications", "desk", "progressions"])
def test_the_lists_open_when_they_are_empty(desk: Desk, page: str) -> None:
    assert desk.go("learning", page).status_code == 200


def test_the_table_is_whole() -> None:
    """Every state but a draft is reached; every state in which somebody has it has a way on; places go with states."""
    reached = {move.after for move in rules.MOVES} | {rules.State.DRAFT}
    assert reached == set(rules.State)
    for state in rules.HOLDER:
        assert any(state in move.before for move in rules.MOVES), state
    over = set(rules.State) - set(rules.HOLDER)
    assert not any(over & move.before for move in rules.MOVES)
    assert set(HAVE_A_PLACE) <= set(rules.State)
