"""The starter content comes in once and never over what Learning and Development made of it."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command

from audit.models import AuditEntry
from bexley_ld import starter
from induction.models import InductionProgramme, ProgrammeCheckpoint, ProgrammeVersion
from induction.services import programme as programmes
from pathways.models import (
    ApprovalStep,
    Capability,
    CareerRole,
    CareerStep,
    CareerStructure,
    Cohort,
    Profession,
    PublishedFigure,
    QualificationRoute,
    Requirement,
    RouteEvent,
    VacancyPage,
)
from people.models import Directorate, JobRole, Team
from people.roles import Role
from reminders.models import Ladder
from tests.factories.induction import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.wide]
TABLES = (
    Directorate,
    Team,
    JobRole,
    Profession,
    CareerRole,
    Capability,
    CareerStep,
    Requirement,
    CareerStructure,
    VacancyPage,
    QualificationRoute,
    RouteEvent,
    Cohort,
    PublishedFigure,
    ApprovalStep,
    InductionProgramme,
    ProgrammeVersion,
    ProgrammeCheckpoint,
    Ladder,
    Group,
    AuditEntry,
)


def load() -> str:
    out = StringIO()
    call_command("load_starter_content", stdout=out)
    return out.getvalue()


def rows() -> list[object]:
    return [list(model.objects.order_by("pk").values()) for model in TABLES]


def test_a_second_run_changes_nothing() -> None:
    assert "published version 1" in load()
    before = rows()
    assert Directorate.objects.count() == 3
    assert ProgrammeVersion.objects.filter(state="published").count() == len(list(starter.PROGRAMMES.glob("*.toml")))
    assert Ladder.objects.exists()
    counts = {CareerRole: 30, CareerStep: 36, QualificationRoute: 22, CareerStructure: 4}
    assert {model: model.objects.count() for model in counts} == counts
    said = load()
    assert "published version" not in said
    assert rows() == before


def test_what_learning_and_development_changed_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load()
    Team.objects.filter(code="A-CCS").update(name="Complex Care, renamed")
    step = CareerStep.objects.get(code="r12-r13")
    step.requirements.all().delete()
    own = ProgrammeVersion.objects.get(programme__code="adults-practice")
    draft = programmes.start_draft(programme_id=own.programme_id, by=None, now=NOW)
    before = programmes.read_version(draft)
    for path in starter.PROGRAMMES.glob("*.toml"):
        text = path.read_text(encoding="utf-8").replace("months = 6", "months = 7", 1)
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(starter, "PROGRAMMES", tmp_path)
    said = load()
    assert "Programme adults-practice: left alone: there is a draft." in said
    assert Team.objects.get(code="A-CCS").name == "Complex Care, renamed"
    assert not step.requirements.exists()
    assert programmes.read_version(draft) == before
    draft.checkpoints.filter(pk=draft.checkpoints.first().pk).update(title="Our own words")
    programmes.publish_version(version_id=draft.pk, by=None, now=NOW)
    assert "Programme adults-practice: left alone: has its own version." in load()


def test_a_new_text_is_published_where_nobody_changed_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load()
    path = starter.PROGRAMMES / "adults-practice.toml"
    text = path.read_text(encoding="utf-8").replace('title = "Month 1 review"', 'title = "First review"', 1)
    (tmp_path / path.name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(starter, "PROGRAMMES", tmp_path)
    assert "Programme adults-practice: published version 2." in load()
    versions = ProgrammeVersion.objects.filter(programme__code="adults-practice").order_by("number")
    assert [version.state for version in versions] == ["retired", "published"]
    assert versions[1].reviews.get(month=1).title == "First review"


def test_each_access_role_has_its_group() -> None:
    starter.load_groups()
    assert set(Group.objects.values_list("name", flat=True)) == set(Role.values)
    rights = set(Group.objects.get(name=Role.LD_ADMIN).permissions.values_list("codename", flat=True))
    assert "change_programmeversion" in rights
    assert not {"change_inductionplan", "delete_person", "change_person", "change_decision", "view_plannote"} & rights


def test_the_starter_files_name_only_known_fields(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "organisation.toml"
    file.write_text('job_roles = []\nteams = []\n[[directorates]]\ncode = "x"\ncolour = "red"\n', encoding="utf-8")
    monkeypatch.setattr(starter, "ORGANISATION", file)
    with pytest.raises(ValueError, match='a directorate has no "colour"'):
        list(starter.load_organisation())


def test_the_pathway_files_name_only_known_fields_and_codes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(starter, "PATHWAYS", tmp_path)
    empty = "qualifications = []\ncareer_roles = []\nstructures = []\nvacancy_pages = []\n"
    file = tmp_path / "framework.toml"
    file.write_text(empty + 'steps = []\n[[professions]]\ncode = "x"\ncolour = "red"\n', encoding="utf-8")
    with pytest.raises(ValueError, match='A profession has no "colour"'):
        list(starter.load_pathways())
    step = '[[steps]]\ncode = "x"\nfrom_role = "R98"\nto_role = "R99"\ngate = "panel"\n'
    file.write_text(empty + "professions = []\n" + step, encoding="utf-8")
    with pytest.raises(ValueError, match='There is no career role "R98"'):
        list(starter.load_pathways())
