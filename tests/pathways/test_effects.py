"""Before a change of the framework is saved: whose possibilities change, from what to what. Nothing is written."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from pathways.services.effects import effects, seen_unsaved
from people.models import Person, Qualification, QualificationHeld
from people.roles import Role
from tests.factories.pathways import CareerStepFactory, require
from tests.factories.people import PersonFactory, TeamFactory, UserFactory, posting
from tests.pathways.conftest import SINCE, Framework, words_of
from tests.pathways.test_admin import sent

pytestmark = [pytest.mark.django_db, pytest.mark.wide]
LEVEL_7 = [{"kind": "level", "level": 7, "text": "A qualification at level 7", "basis": "B"}]


@pytest.fixture
def client_of_ld() -> Client:
    return Framework().reader(roles=[Role.LD_ADMIN])[0]


def in_role(role: Any, count: int = 1) -> list[Person]:
    people = [PersonFactory(family_name=f"Staff-{number:03}") for number in range(count)]
    for person in people:
        posting(person, team=TeamFactory(), job_role=role.job_role, start=SINCE)
    return people


def step_of_bexley() -> Any:
    return CareerStepFactory(gate="panel", basis="B")


def answered(client: Client, response: Any, **button: str) -> Any:
    """The question answered with one of its buttons, as the page offers it."""
    data: dict[str, list[str]] = {"_asked_of": [response.context["asked_of"]]}
    for name, value in response.context["typed"]:
        data.setdefault(name, []).append(value)
    return client.post(response.request["PATH_INFO"], {**data, **button})


def test_a_requirement_tells_first_whom_it_shuts_out(client_of_ld: Client) -> None:
    step = step_of_bexley()
    (person,) = in_role(step.from_role)
    in_role(step.to_role)
    response = sent("careerstep", client_of_ld, step, gate_words="Said later", asked=LEVEL_7)
    words = words_of(response)
    assert "This changes what is open to 1 person" in words
    assert f"Become: {step.to_role.job_role.title} Open to them Not open to them yet 1 person" in words
    assert f"{person.given_name} {person.family_name}" in words
    assert "was changed successfully" not in words
    step.refresh_from_db()
    assert (step.requirements.count(), step.history.count(), step.gate_words) == (0, 1, "")
    saved = answered(client_of_ld, response, _confirmed="yes")
    assert saved.status_code == 302, words_of(saved)
    step.refresh_from_db()
    assert (step.requirements.get().level, step.history.count(), step.gate_words) == (7, 2, "Said later")


def test_of_another_framework_than_the_one_asked_about_it_is_asked_anew(client_of_ld: Client) -> None:
    step = step_of_bexley()
    in_role(step.from_role)
    response = sent("careerstep", client_of_ld, step, asked=LEVEL_7)
    step_of_bexley()  # somebody else writes a step meanwhile
    again = answered(client_of_ld, response, _confirmed="yes")
    assert again.status_code == 200
    assert "has changed since you were asked" in words_of(again)
    assert "This changes what is open to 1 person" in words_of(again)
    assert not step.requirements.exists()
    assert answered(client_of_ld, again, _confirmed="yes").status_code == 302
    assert step.requirements.get().level == 7


def test_an_answer_to_no_question_is_asked(client_of_ld: Client) -> None:
    step = step_of_bexley()
    in_role(step.from_role)
    assert "This changes what is open" in words_of(
        sent("careerstep", client_of_ld, step, asked=LEVEL_7, _confirmed="yes")
    )
    assert not step.requirements.exists()


def test_a_job_role_that_ends_asks_first(client_of_ld: Client) -> None:
    step = step_of_bexley()
    in_role(step.from_role)
    end = {"start_date": "2020-01-01", "end_date": "2020-02-01"}
    response = sent("jobrole", client_of_ld, step.to_role.job_role, app="people", **end)
    assert f"Become: {step.to_role.job_role.title} Open to them Not open to them yet 1 person" in words_of(response)
    assert answered(client_of_ld, response, _confirmed="yes").status_code == 302
    step.to_role.job_role.refresh_from_db()
    assert step.to_role.job_role.end_date is not None


def test_a_qualification_of_another_level_or_code_asks_first(client_of_ld: Client) -> None:
    """The code is also what the records of people say: both are read as they were and as they would be."""
    step = step_of_bexley()
    award = Qualification.objects.create(code="award", title="Award", rqf_level=7, basis="B")
    require(step=step, kind="level", level=7, text="A qualification at level 7", basis="B")
    require(step=step, kind="qualification", qualification=award, text="The award", group=1, basis="B")
    require(step=step, kind="judged", text="Or something else", group=1, basis="B")
    for person in in_role(step.from_role):
        QualificationHeld.objects.create(person=person, qualification=award, awarded_date=SINCE)
    renamed = sent("qualification", client_of_ld, award, app="people", code="award-too")
    assert renamed.status_code == 302, words_of(renamed)
    lower = sent("qualification", client_of_ld, award, app="people", rqf_level=3)
    assert "This changes what is open to 1 person" in words_of(lower)
    award.refresh_from_db()
    assert (award.rqf_level, award.code) == (7, "award-too")


def test_what_follows_is_worked_out_after_the_trial_and_without_asking_the_database(
    client_of_ld: Client, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    """Whoever else writes waits for the trial, on SQLite for all of it."""
    found = []

    def watched(*args: Any, **kwargs: Any) -> Any:
        with django_assert_num_queries(0):
            found.append((list(connection.savepoint_ids), rows := effects(*args, **kwargs)))
        return rows

    monkeypatch.setattr("pathways.admin.changes.effects", watched)
    step = step_of_bexley()
    in_role(step.from_role)
    sent("careerstep", client_of_ld, step, asked=LEVEL_7)
    assert found[0][0] == []
    assert found[0][1]
    unsaved = seen_unsaved(timezone.localdate())
    with django_assert_num_queries(0):
        assert unsaved.seen().library.written.steps


def test_steps_from_several_roles_to_one_are_told_apart(client_of_ld: Client) -> None:
    first = step_of_bexley()
    second = CareerStepFactory(to_role=first.to_role, gate="panel", basis="B")
    for step in (first, second):
        in_role(step.from_role)
    role = first.to_role
    words = words_of(sent("careerrole", client_of_ld, role, asked=LEVEL_7))
    for step in (first, second):
        assert f"Become: {role.job_role.title}, from {step.from_role.job_role.title} Open to them" in words


def test_who_goes_back_finds_what_was_typed(client_of_ld: Client) -> None:
    step = step_of_bexley()
    in_role(step.from_role)
    response = sent("careerstep", client_of_ld, step, gate_words="Typed by hand", asked=LEVEL_7)
    page = answered(client_of_ld, response, _back="1")
    assert page.status_code == 200
    assert "Nothing is saved yet" in page.content.decode()
    assert 'value="Typed by hand"' in page.content.decode() or ">Typed by hand</textarea>" in page.content.decode()
    assert "A qualification at level 7" in page.content.decode()
    step.refresh_from_db()
    assert (step.requirements.count(), step.gate_words) == (0, "")


def test_what_touches_nobody_is_saved_at_once_and_says_so(client_of_ld: Client) -> None:
    step = step_of_bexley()
    in_role(step.to_role)
    assert sent("careerstep", client_of_ld, step, asked=LEVEL_7).status_code == 302
    assert step.requirements.get().level == 7
    page = client_of_ld.get(reverse("admin:pathways_careerstep_changelist"))
    assert "nobody is affected" in words_of(page)
    assert words_of(page).count("was changed successfully") == 1


def test_what_is_refused_is_not_asked_about(client_of_ld: Client) -> None:
    step = step_of_bexley()
    in_role(step.from_role)
    words = words_of(sent("careerstep", client_of_ld, step, asked=[{"kind": "level", "level": 12}]))
    assert "less than or equal to 8" in words
    assert "This changes what is open" not in words


def test_a_step_that_ends_is_open_to_nobody_then(client_of_ld: Client) -> None:
    step = step_of_bexley()
    in_role(step.from_role)
    step.from_role.__class__.objects.update(stands_alone=True)
    ended = {"start_date": "2020-01-01", "end_date": "2020-02-01"}
    words = words_of(sent("careerstep", client_of_ld, step, **ended))
    assert "Open to them Not open to them yet 1 person" in words


def test_names_are_bounded_and_for_learning_and_development_alone(client_of_ld: Client) -> None:
    step = step_of_bexley()
    in_role(step.from_role, 53)
    words = words_of(sent("careerstep", client_of_ld, step, asked=LEVEL_7))
    assert "53 people" in words
    assert "Staff-049" in words
    assert "Staff-050" not in words
    assert "and 3 more" in words
    superuser = Client()
    superuser.force_login(UserFactory(is_staff=True, is_superuser=True))
    words = words_of(sent("careerstep", superuser, step, asked=LEVEL_7))
    assert "53 people" in words
    assert "Staff-" not in words
    Person.objects.filter(family_name__gt="Staff-002").update(deactivated_at="2026-01-01T00:00:00Z")
    assert "fewer than 5 people" in words_of(sent("careerstep", superuser, step, asked=LEVEL_7))


def test_the_page_is_previewed_and_nothing_kept(client_of_ld: Client) -> None:
    step = step_of_bexley()
    page = sent("careerrole", client_of_ld, step.from_role, summary="As it would be", _preview="1")
    assert page.status_code == 200
    assert "As it would be" in words_of(page)
    assert "This is a preview: nothing is saved" in words_of(page)
    step.from_role.refresh_from_db()
    assert step.from_role.summary == "Helps people."
    assert "As it would be" not in words_of(client_of_ld.get(step.from_role.get_absolute_url()))
    page = sent("careerstep", client_of_ld, step, asked=LEVEL_7, _preview="1")
    assert "A qualification at level 7" in words_of(page)
    assert not step.requirements.exists()


def test_the_number_of_queries_does_not_follow_the_staff(client_of_ld: Client) -> None:
    counts = []
    step = step_of_bexley()
    sent("careerstep", client_of_ld, step)
    for more in (2, 40):
        in_role(step.from_role, more)
        with CaptureQueriesContext(connection) as found:
            sent("careerstep", client_of_ld, step, asked=LEVEL_7)
        counts.append(len(found))
    assert counts[1] <= counts[0]


def test_nobody_without_the_right_is_told(db: None) -> None:
    step = step_of_bexley()
    client, _ = Framework().reader(roles=[Role.HEAD_OF_SERVICE])
    url = reverse("admin:pathways_careerstep_change", args=[step.pk])
    assert client.post(url, {"code": "x"}).status_code in {302, 403}
    step.refresh_from_db()
    assert step.code != "x"
