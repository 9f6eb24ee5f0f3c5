"""Learning and Development edits the framework; what would break it is refused in words."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pathways.models import CareerRole, CareerStep, QualificationRoute, Requirement
from people.models import Qualification
from people.roles import Role
from tests.factories.pathways import CareerRoleFactory, CareerStepFactory, RouteFactory, require
from tests.pathways.conftest import Framework, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.wide]


@pytest.fixture
def client_of_ld() -> Client:
    return Framework().reader(roles=[Role.LD_ADMIN])[0]


def sent(
    model: str,
    client: Client,
    row: Any = None,
    *,
    app: str = "pathways",
    asked: list[dict[str, Any]] = (),  # type: ignore[assignment]
    **columns: Any,
) -> Any:
    """The form of a row as the page offers it, with these columns changed, and its requirements replaced."""
    url = reverse(f"admin:{app}_{model}_change", args=[row.pk]) if row else reverse(f"admin:{app}_{model}_add")
    page = client.get(url)
    form = page.context["adminform"].form
    data = {name: form[name].value() for name in form.fields} | columns
    for inline in page.context["inline_admin_formsets"]:
        prefix, forms = inline.formset.prefix, inline.formset.forms
        kept = [each for each in forms if each.instance.pk]
        new = list(asked) if prefix == "requirements" else []
        data |= {f"{prefix}-TOTAL_FORMS": len(kept) + len(new), f"{prefix}-INITIAL_FORMS": len(kept)}
        for number, each in enumerate(kept):
            data |= {f"{prefix}-{number}-{name}": each[name].value() for name in each.fields}
        for number, values in enumerate(new, len(kept)):
            filled = {"position": 1, "text": "Said in a test", "basis": "A", **values}
            data |= {f"{prefix}-{number}-{name}": value for name, value in filled.items()}
    return client.post(url, {name: value for name, value in data.items() if value is not None and value is not False})


def test_a_step_is_changed_with_its_history(client_of_ld: Client) -> None:
    step = CareerStepFactory()
    response = sent("careerstep", client_of_ld, step, gate="panel", asked=[{"kind": "level", "level": 3}])
    assert response.status_code == 302, words_of(response)
    step.refresh_from_db()
    assert step.gate == "panel"
    assert step.requirements.get().level == 3
    assert step.history.count() == 2


def test_automatic_steps_in_a_ring_are_refused(client_of_ld: Client) -> None:
    first = CareerStepFactory(gate="automatic")
    CareerStepFactory(from_role=first.to_role, to_role=first.from_role, gate="automatic", code="back-again")
    back = CareerStep.objects.get(code="back-again")
    CareerStep.objects.filter(pk=back.pk).update(gate="panel")
    words = words_of(sent("careerstep", client_of_ld, back, gate="automatic"))
    assert "Automatic steps may not run in a ring" in words
    assert first.from_role.job_role.title in words


def test_ending_the_last_step_of_a_role_is_refused(client_of_ld: Client) -> None:
    step = CareerStepFactory()
    ended = {"start_date": "2020-01-01", "end_date": "2020-02-01"}
    words = words_of(sent("careerstep", client_of_ld, step, **ended))
    assert "would leave a role without any step" in words
    CareerRole.objects.update(stands_alone=True)
    assert sent("careerstep", client_of_ld, step, **ended).status_code == 302


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ([{"kind": "qualification"}], "Fill in what this kind of requirement needs"),
        ([{"kind": "judged", "level": 3}], "Fill in what this kind of requirement needs"),
        ([{"kind": "level", "level": 12}], "less than or equal to 8"),
        ([{"kind": "judged", "group": 4}], "Alternative 4 has one row only"),
        ([{"kind": "role", "role": "target"}], "the very role"),
        ([{"kind": "experience", "months": 12, "experience_of": "role", "role": "beyond"}], "nobody could reach"),
    ],
    ids=["not filled", "too much", "no such level", "a lone alternative", "the target", "what comes after"],
)
def test_impossible_requirements_are_refused(client_of_ld: Client, asked: list[dict[str, Any]], says: str) -> None:
    step = CareerStepFactory()
    beyond = CareerStepFactory(from_role=step.to_role).to_role
    keys = {"target": step.to_role_id, "beyond": beyond.pk}
    rows = [{**row, "role": keys[row["role"]]} if "role" in row else row for row in asked]
    assert says in words_of(sent("careerstep", client_of_ld, step, asked=rows))
    assert not Requirement.objects.exists()


def test_a_role_needs_a_step_or_says_that_it_has_none(client_of_ld: Client) -> None:
    role = CareerRoleFactory()
    assert "No step leads here and none leads on" in words_of(sent("careerrole", client_of_ld, role, summary="New"))
    assert sent("careerrole", client_of_ld, role, summary="New", stands_alone="on").status_code == 302
    CareerStepFactory(from_role=role)
    assert sent("careerrole", client_of_ld, role, stands_alone=None).status_code == 302


def test_a_route_leads_somewhere(client_of_ld: Client) -> None:
    route = RouteFactory()
    assert "A route leads somewhere" in words_of(sent("qualificationroute", client_of_ld, route, title="Renamed"))
    award = Qualification.objects.create(code="award", title="Award")
    asks = [{"kind": "qualification", "qualification": award.pk}]
    words = words_of(sent("qualificationroute", client_of_ld, route, awards=[award.pk], asked=asks))
    assert "the very award that the route leads to" in words
    assert sent("qualificationroute", client_of_ld, route, awards=[award.pk], title="Renamed").status_code == 302
    assert QualificationRoute.objects.get().title == "Renamed"


def test_the_choices_of_requirements_are_read_once(client_of_ld: Client, django_assert_max_num_queries: Any) -> None:
    step = CareerStepFactory()
    for _ in range(12):
        require(step=step)
    with django_assert_max_num_queries(25):
        client_of_ld.get(reverse("admin:pathways_careerstep_change", args=[step.pk]))
