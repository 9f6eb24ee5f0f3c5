"""My capabilities: marked, kept as history, shared or not, and the manager's view beside."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import AuditEntry
from notifications.models import OutgoingMail
from pathways.models import Capability, CapabilityMark, CareerRole, SelfAssessment
from pathways.rules.assessment import Marked
from pathways.services import assessment as services
from pathways.services import expertise
from pathways.services import goal as goals
from people.models import Person, User
from tests.factories.pathways import CapabilityFactory, CareerRoleFactory, CareerStepFactory, offer_data
from tests.factories.people import PersonFactory, UserFactory, cover, line, posting
from tests.pathways.conftest import words_of

pytestmark = pytest.mark.django_db

MORNING = dt.datetime(2026, 11, 25, 10, 0, tzinfo=dt.UTC)
TODAY = MORNING.date()
LIST = reverse("pathways:assessments")


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(MORNING, tick=False) as moved:
        yield moved


@pytest.fixture
def goal() -> CareerRole:
    """A role with three capabilities, after the role of the person."""
    role = CareerRoleFactory(job_role__title="Senior Sample", who_to_ask="The sample lead")
    for position, title in enumerate(("Assess", "Advise", "Lead")):
        CapabilityFactory(role=role, title=title, position=position, good_looks_like=f"{title} well.")
    return role


@pytest.fixture
def person(goal: CareerRole) -> Person:
    person = PersonFactory(given_name="Amara", start_date=dt.date(2020, 1, 6))
    step = CareerStepFactory(to_role=goal, gate="panel", builds="Judgement")
    posting(person, job_role=step.from_role.job_role)
    goals.set_goal(person=person, role=goal, now=MORNING)
    return person


@pytest.fixture
def manager(person: Person) -> Person:
    manager = PersonFactory(given_name="Dan", family_name="Sample-Lead")
    line(person, manager)
    return manager


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(User.objects.filter(person=person).first() or UserFactory(person=person))
    return client


def can(title: str) -> int:
    return Capability.objects.get(title=title).pk


def typed(version: int = 0, **marks: tuple[str, str]) -> dict[str, Any]:
    """`Lead=("developing", "a note")` as the form sends it."""
    data: dict[str, Any] = {"version": version}
    for title, (level, note) in marks.items():
        data |= {f"level_{can(title)}": level, f"note_{can(title)}": note}
    return data


def mark(client: Client, goal: CareerRole, version: int = 0, **marks: tuple[str, str]) -> Any:
    return client.post(reverse("pathways:assessment_role", args=[goal.pk]), typed(version, **marks))


def share(client: Client, sheet: SelfAssessment, *, on: bool = True) -> Any:
    sheet.refresh_from_db()
    data = {"share": "1" if on else "0", "version": sheet.version}
    return client.post(reverse("pathways:assessment_share", args=[sheet.pk]), data)


def test_my_role_and_my_goal_wait_to_be_marked(person: Person, goal: CareerRole) -> None:
    words = words_of(client_of(person).get(LIST))
    assert "Senior Sample" in words
    assert "My goal" in words
    assert "My role" in words


def test_the_gap_view_says_what_is_missing_what_is_good_and_how_to_get_there(person: Person, goal: CareerRole) -> None:
    client = client_of(person)
    mark(client, goal, Assess=("confident", "The Hill case"), Advise=("developing", ""), Lead=("not_yet", "Never did"))
    words = words_of(client.get(SelfAssessment.objects.get().get_absolute_url()))
    missing, there = words.split("What is missing", 1)[1].split("What is there", 1)
    assert missing.index("Lead") < missing.index("Advise")
    assert "Never did" in missing
    assert "Lead well." in missing
    assert "try this beside someone who does it well" in missing
    assert "The Hill case" in there.split("How to get there")[0]
    assert "The sample lead" in there
    assert "Panel" in there
    assert "Judgement" in there
    assert "1 of 3 capabilities marked as confident" in words


def test_what_colleagues_share_for_the_role_can_all_be_reached(person: Person, goal: CareerRole) -> None:
    client, owner = client_of(person), PersonFactory()
    for number in range(5):
        data = offer_data(title=f"Offer {number}", capabilities=[can("Lead")])
        expertise.make_offer(by=owner, data=data, now=MORNING)
    mark(client, goal, Lead=("not_yet", ""))
    page = client.get(SelfAssessment.objects.get().get_absolute_url()).content.decode()
    assert "Offer 4" not in page
    assert f'href="{reverse("pathways:expertise")}?role={goal.pk}"' in page


def test_half_may_wait_and_earlier_marks_are_kept(person: Person, goal: CareerRole, clock: Any) -> None:
    client = client_of(person)
    mark(client, goal, Lead=("not_yet", "Before"))
    clock.shift(dt.timedelta(days=40))
    client = client_of(person)
    mark(client, goal, 1, Lead=("developing", "Now"))
    assert list(CapabilityMark.objects.values_list("level", flat=True)) == ["not_yet", "developing"]
    words = words_of(client.get(SelfAssessment.objects.get().get_absolute_url()))
    assert "25 November 2026, " in words.split("Earlier marks")[1]
    assert "not yet. Before" in words.split("Earlier marks")[1]


def test_nothing_marked_is_not_kept(person: Person, goal: CareerRole) -> None:
    response = mark(client_of(person), goal)
    assert "Mark at least one capability" in words_of(response)
    assert not SelfAssessment.objects.exists()


def test_a_date_to_come_is_refused_and_the_note_stays(person: Person, goal: CareerRole) -> None:
    tomorrow = {
        f"date_{can('Lead')}_{part}": value
        for part, value in zip(("day", "month", "year"), (26, 11, 2026), strict=True)
    }
    url = reverse("pathways:assessment_role", args=[goal.pk])
    words = words_of(client_of(person).post(url, typed(Lead=("developing", "My long note")) | tomorrow))
    assert "must be on or before 25 November 2026" in words
    assert "My long note" in words


def test_the_same_form_twice_is_one_and_a_stale_one_keeps_the_text(person: Person, goal: CareerRole) -> None:
    client = client_of(person)
    assert mark(client, goal, Lead=("developing", "First")).status_code == 302
    assert mark(client, goal, Lead=("developing", "First")).status_code == 302
    assert CapabilityMark.objects.count() == 1
    response = mark(client, goal, Lead=("confident", "From the other window"))
    assert response.status_code == 409
    assert "From the other window" in words_of(response)
    assert CapabilityMark.objects.get().note == "First"


def test_a_capability_that_went_meanwhile_loses_no_words(person: Person, goal: CareerRole) -> None:
    client, data = client_of(person), typed(Lead=("developing", "A careful note"))
    mark(client, goal, Lead=("not_yet", "Kept"))
    Capability.objects.get(title="Lead").delete()
    response = client.post(reverse("pathways:assessment_role", args=[goal.pk]), data)
    assert response.status_code == 409
    assert "A careful note" in words_of(response)
    assert "Kept" in words_of(client.get(SelfAssessment.objects.get().get_absolute_url()))


def test_the_manager_reads_what_was_shared_and_nothing_later(
    person: Person, manager: Person, goal: CareerRole, clock: Any
) -> None:
    mine, theirs = client_of(person), client_of(manager)
    mark(mine, goal, Lead=("not_yet", "To be read"))
    sheet = SelfAssessment.objects.get()
    url = sheet.get_absolute_url()
    assert theirs.get(url).status_code == 404
    assert share(mine, sheet).status_code == 302
    clock.shift(60)
    mark(mine, goal, 1, Lead=("developing", "Not for Dan"))
    words = words_of(theirs.get(url))
    assert "To be read" in words
    assert "Not for Dan" not in words
    assert "Senior Sample" in words_of(theirs.get(LIST)).split("Shared with you")[1]
    clock.shift(60)
    share(mine, sheet)
    assert "Not for Dan" in words_of(theirs.get(url))
    share(mine, sheet, on=False)
    assert theirs.get(url).status_code == 404
    assert "Shared with you" not in words_of(theirs.get(LIST))


def readable_notes(reader: Person) -> list[str]:
    user = User.objects.get(person=reader)
    return list(CapabilityMark.objects.visible_to(user, today=TODAY).in_order().values_list("note", flat=True))


def test_a_mark_that_waited_while_the_sheet_was_shared_is_not_read(
    person: Person, manager: Person, goal: CareerRole
) -> None:
    """Its clock was read before the sharing, and the lock let it through after it; or a second server is behind."""
    client_of(manager)
    first = {can("Lead"): Marked("not_yet", "To be read")}
    sheet = services.save_marks(person=person, role=goal, version=0, marks=first, now=MORNING)
    shared_at = MORNING + dt.timedelta(seconds=9)
    services.share(assessment_id=sheet.pk, by=person, version=1, is_shared=True, today=TODAY, now=shared_at)
    later = {can("Lead"): Marked("developing", "Not for Dan")}
    before = shared_at - dt.timedelta(seconds=2)
    services.save_marks(person=person, role=goal, version=1, marks=later, now=before)
    assert readable_notes(manager) == ["To be read"]
    sheet.refresh_from_db()
    assert sheet.has_unshared
    services.share(assessment_id=sheet.pk, by=person, version=2, is_shared=True, today=TODAY, now=before)
    assert readable_notes(manager) == ["Not for Dan"]


def test_a_note_replaced_before_sharing_is_not_read_afterwards(
    person: Person, manager: Person, goal: CareerRole, clock: Any
) -> None:
    mine = client_of(person)
    mark(mine, goal, Lead=("not_yet", "Too frank"))
    clock.shift(60)
    mark(mine, goal, 1, Lead=("developing", "As I would say it"))
    sheet = SelfAssessment.objects.get()
    share(mine, sheet)
    words = words_of(client_of(manager).get(sheet.get_absolute_url()))
    assert "As I would say it" in words
    assert "Too frank" not in words
    assert readable_notes(manager) == ["As I would say it"]
    Capability.objects.get(title="Lead").delete()
    assert readable_notes(manager) == []
    assert "Too frank" in words_of(mine.get(sheet.get_absolute_url()))


def told(kind: str) -> list[Person]:
    rows = OutgoingMail.objects.filter(kind=kind).order_by("created_at").select_related("recipient")
    assert not [row for row in rows if "Senior Sample" in row.subject + row.text_body]
    return [row.recipient for row in rows]


def test_sharing_and_answering_tell_the_other_side_once(
    person: Person, manager: Person, goal: CareerRole, clock: Any
) -> None:
    mine, theirs = client_of(person), client_of(manager)
    mark(mine, goal, Lead=("not_yet", "Never did"))
    sheet = SelfAssessment.objects.get()
    assert told("pathways.assessment_shared") == []
    for on in (True, True, False, True):
        share(mine, sheet, on=on)
    assert told("pathways.assessment_shared") == [manager]
    clock.shift(60)
    mark(mine, goal, 1, Lead=("developing", ""))
    share(mine, sheet)
    assert told("pathways.assessment_shared") == [manager, manager]
    for _ in range(2):
        theirs.post(reverse("pathways:assessment_view", args=[sheet.pk]), typed(Lead=("developing", "On Monday")))
    assert told("pathways.assessment_viewed") == [person]


def test_while_somebody_covers_they_are_told(person: Person, manager: Person, goal: CareerRole) -> None:
    acting = PersonFactory()
    cover(manager, acting, TODAY, TODAY)
    mark(client_of(person), goal, Lead=("not_yet", ""))
    share(client_of(person), SelfAssessment.objects.get())
    assert told("pathways.assessment_shared") == [acting]


def test_one_shares_what_one_has_seen(person: Person, manager: Person, goal: CareerRole) -> None:
    client = client_of(person)
    mark(client, goal, Lead=("not_yet", ""))
    sheet = SelfAssessment.objects.get()
    mark(client, goal, 1, Lead=("confident", ""))
    response = client.post(reverse("pathways:assessment_share", args=[sheet.pk]), {"share": "1", "version": 1})
    assert response.status_code == 409
    sheet.refresh_from_db()
    assert sheet.shared_at is None


@pytest.mark.parametrize("version", ["9" * 5000, "-1", "x", ""])
def test_a_version_that_no_page_has_given_shares_nothing(person: Person, goal: CareerRole, version: str) -> None:
    client = client_of(person)
    mark(client, goal, Lead=("not_yet", ""))
    sheet = SelfAssessment.objects.get()
    response = client.post(reverse("pathways:assessment_share", args=[sheet.pk]), {"share": "1", "version": version})
    assert response.status_code == 409


def test_the_managers_view_stands_beside(person: Person, manager: Person, goal: CareerRole) -> None:
    mine, theirs = client_of(person), client_of(manager)
    mark(mine, goal, Lead=("not_yet", "Never did"))
    sheet = SelfAssessment.objects.get()
    share(mine, sheet)
    url = reverse("pathways:assessment_view", args=[sheet.pk])
    assert "Amara says: not yet. “Never did”" in words_of(theirs.get(url))
    assert theirs.post(url, typed(Lead=("developing", "I saw you lead on Monday"))).status_code == 302
    words = words_of(mine.get(sheet.get_absolute_url()))
    assert "Dan Sample-Lead" in words
    assert "I saw you lead on Monday" in words
    assert "Not yet" in words  # the person's own answer stays as it is
    stale = theirs.post(url, typed(Lead=("confident", "Second thoughts")))
    assert stale.status_code == 409
    assert "Second thoughts" in words_of(stale)


def test_cover_gives_a_view_in_their_own_name_for_the_manager(
    person: Person, manager: Person, goal: CareerRole
) -> None:
    acting = PersonFactory(given_name="Priya", family_name="Demo-Shah")
    cover(manager, acting, TODAY, TODAY)
    mark(client_of(person), goal, Lead=("not_yet", ""))
    sheet = SelfAssessment.objects.get()
    share(client_of(person), sheet)
    url = reverse("pathways:assessment_view", args=[sheet.pk])
    assert client_of(acting).post(url, typed(Lead=("developing", ""))).status_code == 302
    entry = AuditEntry.objects.filter(verb="pathways.capabilities_viewed").get()
    assert (entry.actor_id, entry.acting_for_id) == (acting.pk, manager.pk)


def test_nobody_gives_a_view_of_themself(person: Person, manager: Person, goal: CareerRole) -> None:
    client = client_of(person)
    mark(client, goal, Lead=("not_yet", ""))
    sheet = SelfAssessment.objects.get()
    share(client, sheet)
    assert client.get(reverse("pathways:assessment_view", args=[sheet.pk])).status_code == 403


def test_nothing_can_be_added_to_what_is_not_shared(person: Person, manager: Person, goal: CareerRole) -> None:
    mark(client_of(person), goal, Lead=("not_yet", ""))
    sheet = SelfAssessment.objects.get()
    url = reverse("pathways:assessment_view", args=[sheet.pk])
    assert client_of(manager).post(url, typed(Lead=("developing", ""))).status_code == 404


def test_a_view_typed_while_the_sharing_ended_is_not_lost_and_tells_no_more_than_one_of_nobody(
    person: Person, manager: Person, goal: CareerRole
) -> None:
    mine, theirs = client_of(person), client_of(manager)
    mark(mine, goal, Lead=("not_yet", "To be read"))
    sheet = SelfAssessment.objects.get()
    share(mine, sheet)
    share(mine, sheet, on=False)
    data = typed(Lead=("developing", "What I saw on Monday"))
    pages = []
    for pk in (sheet.pk, 987654):
        response = theirs.post(reverse("pathways:assessment_view", args=[pk]), data)
        assert response.status_code == 404
        pages.append(words_of(response))
    assert "What I saw on Monday" in pages[0]
    assert "Nothing was saved" in pages[0]
    assert "no longer shared with you" in pages[0]
    assert "To be read" not in pages[0]
    assert pages[0] == pages[1]


def test_a_leavers_sheet_is_closed(person: Person, manager: Person, goal: CareerRole) -> None:
    mark(client_of(person), goal, Lead=("not_yet", ""))
    sheet = SelfAssessment.objects.get()
    share(client_of(person), sheet)
    Person.objects.filter(pk=person.pk).update(deactivated_at=MORNING)
    assert client_of(manager).get(sheet.get_absolute_url()).status_code == 404


def test_the_history_tells_that_and_never_which(person: Person, manager: Person, goal: CareerRole) -> None:
    """Learning and Development reads the history; where somebody would like to go is private."""
    client = client_of(person)
    mark(client, goal, Lead=("not_yet", "My words"))
    sheet = SelfAssessment.objects.get()
    share(client, sheet)
    share(client, sheet, on=False)
    entries = AuditEntry.objects.filter(chain=f"person:{person.pk}", verb__startswith="pathways.capabilities")
    assert list(entries.order_by("sequence").values_list("verb", flat=True)) == [
        "pathways.capabilities_marked",
        "pathways.capabilities_shared",
        "pathways.capabilities_closed",
    ]
    assert {str(entry.facts) for entry in entries} == {"{}"}
    assert not entries.exclude(text_hash="").exists()


def test_the_form_asks_the_database_as_often_for_many_capabilities(
    person: Person, goal: CareerRole, django_assert_num_queries: Any
) -> None:
    client, url = client_of(person), reverse("pathways:assessment_role", args=[goal.pk])
    mark(client, goal, Lead=("developing", ""))
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    CapabilityFactory.create_batch(30, role=goal)
    with django_assert_num_queries(len(few)):
        client.get(url)
    assert len(few) <= 10
