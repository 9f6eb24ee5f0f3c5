"""The map, the roles and the routes as a reader meets them, on the framework that a portal starts with."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils.safestring import SafeString

from audit.models import AuditEntry
from pathways.models import CareerGoal, CareerRole, CareerStep, QualificationRoute, VacancyPage
from pathways.views import career_map
from people.models import Team
from people.roles import Role
from tests.content.starter_files import FRAMEWORK, JOB_ROLES, ORGANISATION, ROUTES
from tests.pathways.conftest import Framework, words_of

pytestmark = pytest.mark.wide

MAP = reverse("pathways:career_map")
ON = dt.datetime(2026, 11, 25, 10, 0, tzinfo=dt.UTC)


def test_the_map_shows_me_my_goal_and_every_role_twice(framework: Framework) -> None:
    client, _ = framework.reader("R02")
    goal = framework.role("R28")
    client.post(reverse("pathways:goal_set", args=[goal.pk]))
    page = client.get(MAP).content.decode()
    drawing, lists = page.split("app-map__picture", 1)[1].split("</svg>", 1)[0], page.split('id="list"', 1)[1]
    for role in CareerRole.objects.all():
        assert f'href="{role.get_absolute_url()}"' in drawing, role
        assert f'href="{role.get_absolute_url()}"' in lists, role
    assert drawing.count("app-map__box--here") == drawing.count("app-map__box--goal") == 1
    drawn = re.findall(r"<title>([^<]*: [^<]*)</title>", page)
    assert len(drawn) == CareerStep.objects.count() == 36
    assert lists.index("Support and administration") < lists.index("Management")


def test_the_list_says_what_the_drawing_says(framework: Framework) -> None:
    words = words_of(framework.reader("R12")[0].get(MAP)).split("Every role, by profession", 1)[1]
    for step in CareerStep.objects.select_related("to_role__job_role"):
        assert f"{step.to_role.job_role.title} {step.get_gate_display()}" in words


def test_the_map_is_narrowed(framework: Framework) -> None:
    client, _ = framework.reader("R12")
    words = words_of(client.get(MAP + "?directorate=adults&stage=excel"))
    assert "Career pathways in Adults’ Social Care" in words
    assert "Manager across health and social care" in words
    assert "Independent Reviewing Officer" not in words.split("Every role, by profession", 1)[1].split("Management")[0]
    assert "No role matches" in words_of(client.get(MAP + "?profession=management&stage=begin"))
    assert "30 roles" in words_of(client.get(MAP + "?stage=nonsense&profession=x"))


def test_an_empty_framework_says_who_fills_it(db: None) -> None:
    client, _ = Framework().reader()
    assert "The career framework is empty" in words_of(client.get(MAP))
    assert "No route is described yet" in words_of(client.get(reverse("pathways:route_list")))
    assert MAP not in client.get("/").content.decode()


def test_the_menu_leads_to_the_pathways(framework: Framework) -> None:
    assert f'href="{MAP}"' in framework.reader("R01")[0].get("/").content.decode()


def test_a_goal_is_its_persons_alone(framework: Framework) -> None:
    client, person = framework.reader("R12")
    goal = framework.role("R14")
    page = client.post(reverse("pathways:goal_set", args=[goal.pk]), follow=True)
    assert "Only you can see that" in words_of(page)
    assert "This is your goal" in words_of(client.get(goal.get_absolute_url()))
    client.post(reverse("pathways:goal_set", args=[goal.pk]))
    assert AuditEntry.objects.filter(verb="pathways.goal_set").count() == 1
    entry = AuditEntry.objects.get(verb="pathways.goal_set")
    assert "Senior Practitioner" not in f"{entry.facts}"
    for other in (framework.reader("R12")[0], framework.reader("R22", roles=[Role.LD_ADMIN])[0]):
        assert "our goal:" not in words_of(other.get(MAP))
        assert "This is your goal" not in words_of(other.get(goal.get_absolute_url()))
        assert "goal" not in words_of(other.get(person.get_absolute_url())).lower()
    client.post(reverse("pathways:goal_clear"))
    assert not CareerGoal.objects.exists()
    assert client.post(reverse("pathways:goal_clear")).status_code == 302


def test_another_goal_takes_the_place_of_the_first(framework: Framework) -> None:
    client, person = framework.reader("R12")
    for code in ("R14", "R22"):
        client.post(reverse("pathways:goal_set", args=[framework.role(code).pk]))
    assert CareerGoal.objects.get().role == framework.role("R22")
    assert AuditEntry.objects.filter(verb="pathways.goal_set", actor_id=person.pk).count() == 2


def test_every_fact_of_every_role_stands_on_its_page(framework: Framework) -> None:
    client, _ = framework.reader("R01")
    missing = []
    for row in FRAMEWORK["career_roles"]:
        job = JOB_ROLES[row["job_role"]]
        words = words_of(client.get(framework.role(row["job_role"]).get_absolute_url()))
        facts = [row["summary"], row["who_to_ask"], *row.get("expectations", "").splitlines(), job["code"]]
        facts += [job[name] for name in ("title", "entry_qualification", "registration", "experience", "pcf_level")]
        facts += [job["stage"].capitalize(), str(job.get("ladder_order", "held on top of a job"))]
        facts += ["Named there" if job["named_by_bexley"] else "Not named there"]
        facts += [part[name] for part in row["capabilities"] for name in ("title", "good_looks_like")]
        facts += [part["text"] for part in row.get("requirements", [])]
        for step in FRAMEWORK["steps"]:
            if row["job_role"] in {step["from_role"], step["to_role"]}:
                facts += [step["gate_words"], step["builds"], step.get("time_words", "")]
                facts += [part["text"] for part in step.get("requirements", [])]
                other = step["to_role"] if step["from_role"] == row["job_role"] else step["from_role"]
                facts.append(JOB_ROLES[other]["title"])
        missing += [(row["job_role"], fact) for fact in facts if fact and fact not in words]
        if job["basis"] not in {"B", "N"} or row["basis"] not in {"B", "N"}:
            assert "check with Learning and Development" in words
    assert missing == []


def test_every_fact_of_every_route_stands_on_its_page(framework: Framework) -> None:
    client, _ = framework.reader("R01")
    missing = []
    columns = ("title", "provider", "level_words", "summary", "mode", "entry_words", "funding", "commitment", "window")
    with time_machine.travel(ON, tick=False):
        for row in ROUTES["routes"]:
            words = words_of(client.get(framework.route(row["code"]).get_absolute_url()))
            facts = [row.get(name, "") for name in (*columns, "state_words")] + [row["code"].upper()]
            facts += [part["text"] for part in row.get("requirements", [])]
            facts += [event["what"] for event in row["events"]] + [str(event["date"].year) for event in row["events"]]
            facts += [JOB_ROLES[code]["title"] for code in row["leads_to"]]
            facts += [framework.route(code).title for code in row["prepares_for"]]
            facts += [str(figure["number"]) for figure in row.get("figures", [])]
            missing += [(row["code"], fact) for fact in facts if fact and fact not in words]
    assert missing == []


def test_every_team_and_structure_is_shown(framework: Framework) -> None:
    words = words_of(framework.reader("R01")[0].get(reverse("pathways:teams")))
    labels = dict(Team.Status.choices)
    facts = [row[name] for row in ORGANISATION["teams"] for name in ("name", "purpose", "code")]
    facts += [labels[row["status"]] for row in ORGANISATION["teams"]]
    facts += [
        row[name] for row in FRAMEWORK["structures"] for name in ("title", "summary", "when_words", "source_date")
    ]
    assert [fact for fact in facts if fact not in words] == []


def test_the_whole_framework_is_on_one_page(framework: Framework) -> None:
    words = words_of(framework.reader("R01")[0].get(reverse("pathways:framework")))
    assert "30 roles, 36 steps" in words
    facts = [row["title"] for row in JOB_ROLES.values()]
    facts += [part["text"] for row in FRAMEWORK["career_roles"] for part in row.get("requirements", [])]
    facts += [part["text"] for row in FRAMEWORK["steps"] for part in row.get("requirements", [])]
    assert [fact for fact in facts if fact not in words] == []


def test_the_number_of_routes_is_counted(framework: Framework) -> None:
    client, _ = framework.reader("R01")
    with time_machine.travel(ON, tick=False):
        words = words_of(client.get(reverse("pathways:route_list")))
        assert "7 routes lead to a social work qualification; 4 are open to new entrants now." in words
        assert "Bexley’s page counted 3 in 2019." in words
        QualificationRoute.objects.create(code="new", title="A new way", kind="social_work", summary="New")
        assert "8 routes lead" in words_of(client.get(reverse("pathways:route_list")))
        closed = words_of(client.get(reverse("pathways:route_list") + "?state=route_closed"))
    assert "2 routes" in closed
    assert "Think Ahead" in closed
    assert "Trusted Assessor Award" not in closed


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (dt.date(2025, 5, 31), "Open"),
        (dt.date(2025, 6, 1), "Closed to new entrants"),
        (dt.date(2027, 7, 31), "Closed to new entrants"),
        (dt.date(2027, 8, 1), "Ended"),
    ],
)
def test_a_route_closes_and_ends_on_its_day(framework: Framework, day: dt.date, state: str) -> None:
    with time_machine.travel(dt.datetime.combine(day, dt.time(12), tzinfo=dt.UTC), tick=False):
        words = words_of(framework.reader("R01")[0].get(framework.route("q05").get_absolute_url()))
    assert words.split(" Think Ahead (a charity)")[0].endswith(state)


def test_vacancies_inside_the_council_come_first(framework: Framework) -> None:
    VacancyPage.objects.create(title="Jobs inside", url="https://jobs.bexley.example/", side="both", is_internal=True)
    client, _ = framework.reader("R01")
    adults, childrens = (words_of(client.get(framework.role(c).get_absolute_url())) for c in ("R02", "R07"))
    assert adults.index("Jobs inside (for staff)") < adults.index("Jobs and careers at the London Borough of Bexley")
    assert "London boroughs" in childrens
    assert "London boroughs" not in adults


def test_a_role_without_steps_is_no_dead_end(framework: Framework) -> None:
    page = framework.reader("R01")[0].get(framework.role("R01").get_absolute_url())
    assert "No step from here is described yet" in words_of(page)
    assert reverse("pathways:route_list") in page.content.decode()


@time_machine.travel(ON, tick=False)
def test_the_map_is_drawn_once_and_anew_after_a_change(framework: Framework, monkeypatch: Any) -> None:
    """Two readers in the same place share the drawing; a change, another day and another place do not."""
    drawn = list[str]()
    monkeypatch.setattr(career_map, "_drawn", lambda *rows, **more: drawn.append("") or SafeString("The drawing"))
    page = MAP
    first, second, elsewhere = (framework.reader(code)[0] for code in ("R12", "R12", "R02"))
    assert "The drawing" in words_of(first.get(page))
    second.get(page)
    assert len(drawn) == 1
    elsewhere.get(page)
    first.get(page, {"stage": "excel"})
    assert len(drawn) == 3
    role = framework.role("R14")
    role.summary = "Changed"
    role.save()
    first.get(page)
    assert len(drawn) == 4
    with time_machine.travel(ON + dt.timedelta(days=1), tick=False):
        framework.reader("R12")[0].get(page)
    assert len(drawn) == 5
