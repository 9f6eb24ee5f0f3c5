"""What Learning and Development does with programmes in the administration."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from bexley_ld import starter
from bexley_ld.admin_index import TASKS
from induction.models import Checkpoint, InductionPlan, InductionProgramme, ProgrammeVersion, Review
from induction.services import programme as services
from people.models import Directorate, JobRole
from people.roles import Role
from tests.factories.induction import ItemFactory, pair, version
from tests.factories.people import JobRoleFactory, PersonFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.wide]
NOW = dt.datetime(2026, 9, 1, 9, 0, tzinfo=dt.UTC)
TYPED = "Only-the-two-may-read-this"


@pytest.fixture
def ld_admin(client: Client) -> Client:
    starter.load_groups()
    client.force_login(UserFactory(is_staff=True, roles=[Role.LD_ADMIN]))
    return client


@pytest.fixture
def published() -> ProgrammeVersion:
    return version()


@pytest.fixture
def draft(published: ProgrammeVersion) -> ProgrammeVersion:
    return services.start_draft(programme_id=published.programme_id, by=None, now=NOW)


def change_url(obj: Any) -> str:
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])


def form_of(page: Any) -> dict[str, Any]:
    """Everything that a browser would send back from an admin form."""
    forms = [page.context["adminform"].form, *(each.formset for each in page.context["inline_admin_formsets"])]
    data: dict[str, Any] = {}
    for form in forms:
        members = [form.management_form, *form.forms] if hasattr(form, "management_form") else [form]
        for member in members:
            for bound in member:
                value = bound.value()
                if value not in (None, False):
                    data[bound.html_name] = "on" if value is True else value
    return data


def test_each_page_opens_for_learning_and_development(
    ld_admin: Client, published: ProgrammeVersion, draft: Any
) -> None:
    item = draft.checkpoints.first()
    made = pair(programme=published)
    pages = [
        reverse("admin:index"),
        reverse("admin:induction_inductionprogramme_changelist"),
        reverse("admin:induction_inductionprogramme_add"),
        reverse("admin:induction_inductionprogramme_import"),
        reverse("admin:induction_inductionprogramme_draft", args=[published.programme_id]),
        reverse("admin:induction_programmeversion_changelist"),
        *(
            reverse(f"admin:induction_programmeversion_{tool}", args=[each.pk])
            for tool in ("preview", "compare", "copy", "export", "change")
            for each in (published, draft)
        ),
        reverse("admin:induction_programmeversion_publish", args=[draft.pk]),
        f"{reverse('admin:induction_programmecheckpoint_add')}?version={draft.pk}",
        change_url(item),
        change_url(published.programme),
        *(
            reverse(f"admin:induction_{name}_changelist")
            for name in ("inductionplan", "checkpoint", "review", "decision")
        ),
        *(change_url(row) for row in (made.plan, made.item(), made.review(), made.plan.decisions.first())),
    ]
    for page in pages:
        assert ld_admin.get(page).status_code == 200, page


def test_a_colleague_without_the_role_finds_nothing(client: Client, draft: ProgrammeVersion) -> None:
    starter.load_groups()
    client.force_login(UserFactory(is_staff=True))
    for tool in ("preview", "compare", "copy", "export", "publish", "change"):
        url = reverse(f"admin:induction_programmeversion_{tool}", args=[draft.pk])
        assert client.get(url).status_code == 403, tool
    assert client.post(reverse("admin:induction_inductionprogramme_import")).status_code == 403


def test_a_draft_is_edited_row_by_row(ld_admin: Client, draft: ProgrammeVersion) -> None:
    page = ld_admin.get(change_url(draft))
    data = form_of(page)
    assert data["checkpoints-0-title"]
    data |= {"checkpoints-0-title": "Meet the duty team", "checkpoints-0-position": "77", "summary": "Welcome to us."}
    answer = ld_admin.post(change_url(draft), data)
    assert answer.status_code == 302, answer.context["errors"]
    draft.refresh_from_db()
    assert draft.summary == "Welcome to us."
    assert draft.checkpoints.filter(title="Meet the duty team", position=77).exists()


def test_a_checkpoint_is_added_with_a_key_of_its_own(ld_admin: Client, draft: ProgrammeVersion) -> None:
    url = f"{reverse('admin:induction_programmecheckpoint_add')}?version={draft.pk}"
    data = {
        "title": "Visit the library", "section": "do", "method": "shadowing", "owner": "person", "offset_number": "3",
        "offset_unit": "weeks", "audience": "everyone", "why": "It helps.", "how": "Go there.", "basis": "A",
        "position": "5", "key": "", "link_title": "Library", "link_url": "www.bexley.gov.uk",
    }  # fmt: skip
    for _ in range(2):
        answer = ld_admin.post(url, data)
        assert answer.status_code == 302, answer.context["errors"]
        assert answer["Location"].startswith(change_url(draft))
    rows = draft.checkpoints.filter(title="Visit the library").order_by("pk")
    assert [row.key for row in rows] == ["visit-the-library", "visit-the-library-2"]
    assert rows[0].link_url == "https://www.bexley.gov.uk"


@pytest.mark.parametrize("link", ["ftp://files.example/guide", "https:///nowhere"])
def test_a_draft_takes_links_to_pages_only(ld_admin: Client, draft: ProgrammeVersion, link: str) -> None:
    item = draft.checkpoints.first()
    assert item is not None
    url = reverse("admin:induction_programmecheckpoint_change", args=[item.pk])
    answer = ld_admin.post(url, form_of(ld_admin.get(url)) | {"link_url": link})
    assert answer.status_code == 200
    assert "link_url" in answer.context["adminform"].form.errors
    assert draft.checkpoints.get(pk=item.pk).link_url == item.link_url


@pytest.mark.parametrize("state", ["published", "retired"])
def test_a_forged_post_changes_no_published_version(ld_admin: Client, draft: ProgrammeVersion, state: str) -> None:
    data = form_of(ld_admin.get(change_url(draft))) | {"summary": "Forged", "checkpoints-0-title": "Forged"}
    item = draft.checkpoints.first()
    assert item is not None
    item_data = form_of(ld_admin.get(change_url(item))) | {"title": "Forged"}
    before = services.read_version(draft)
    draft.programme.versions.exclude(pk=draft.pk).delete()
    ProgrammeVersion.objects.filter(pk=draft.pk).update(state=state)
    assert ld_admin.post(change_url(draft), data).status_code == 403
    assert ld_admin.post(change_url(item), item_data).status_code == 403
    assert (
        ld_admin.post(f"{reverse('admin:induction_programmecheckpoint_add')}?version={draft.pk}", item_data).status_code
        == 404
    )
    for obj in (draft, item):
        name = f"admin:induction_{obj._meta.model_name}_delete"
        assert ld_admin.post(reverse(name, args=[obj.pk]), {"post": "yes"}).status_code == 403
    assert services.read_version(ProgrammeVersion.objects.get(pk=draft.pk)) == before


def test_publishing_shows_the_difference_and_leaves_live_plans_alone(
    ld_admin: Client, published: ProgrammeVersion, draft: ProgrammeVersion
) -> None:
    made = pair(programme=published)
    before = list(Checkpoint.objects.order_by("pk").values())
    draft.checkpoints.order_by("pk").first().delete()  # type: ignore[union-attr]
    ItemFactory(version=draft, title="Quite new")
    url = reverse("admin:induction_programmeversion_publish", args=[draft.pk])
    page = ld_admin.get(url).content.decode()
    assert "1 added, 1 removed" in page
    assert "1 plan of this programme stays on the version" in page
    assert ld_admin.post(url).status_code == 302
    draft.refresh_from_db()
    published.refresh_from_db()
    assert (draft.state, published.state) == ("published", "retired")
    assert list(Checkpoint.objects.order_by("pk").values()) == before
    assert InductionPlan.objects.get().version_id == published.pk == made.plan.version_id


def test_a_draft_that_cannot_be_given_to_starters_says_why(ld_admin: Client, draft: ProgrammeVersion) -> None:
    ItemFactory(version=draft, title="Far too late", offset_number=9, offset_unit="months")
    draft.reviews.filter(is_final=True).delete()
    url = reverse("admin:induction_programmeversion_publish", args=[draft.pk])
    page = ld_admin.get(url).content.decode()
    assert "Mark exactly one review as the final one." in page
    assert "Far too late: must fall due within the 6 months" in page
    ld_admin.post(url)
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_a_draft_that_says_the_same_shows_no_button(ld_admin: Client, draft: ProgrammeVersion) -> None:
    page = ld_admin.get(reverse("admin:induction_programmeversion_publish", args=[draft.pk])).content.decode()
    assert "It says the same as version 1, which starters get now. Change it first, or delete it." in page
    assert 'value="Publish version' not in page


def _audience(programme: InductionProgramme, *roles: JobRole, **more: str) -> dict[str, Any]:
    return {"title": programme.title, "job_roles": [role.pk for role in roles], **more}


def test_saving_refuses_a_job_role_that_another_programme_given_out_has(
    ld_admin: Client, published: ProgrammeVersion
) -> None:
    shared, other = JobRoleFactory(title="Social Worker"), JobRoleFactory()
    published.programme.job_roles.add(shared)
    second = services.copy_programme(version_id=published.pk, code="second", title="Second", by=None, now=NOW)
    # A draft is given to nobody, so it may be made ready for a change of programmes.
    assert ld_admin.post(change_url(second.programme), _audience(second.programme, shared, other)).status_code == 302
    assert ld_admin.post(change_url(second.programme), _audience(second.programme, other)).status_code == 302
    services.publish_version(version_id=second.pk, by=None, now=NOW)
    refused = ld_admin.post(change_url(second.programme), _audience(second.programme, shared, other))
    assert "The job role &quot;Social Worker&quot; already has the programme" in refused.content.decode()
    assert list(second.programme.job_roles.all()) == [other]


def test_saving_refuses_a_second_programme_for_every_other_job_role(
    ld_admin: Client, published: ProgrammeVersion
) -> None:
    second = services.copy_programme(version_id=published.pk, code="second", title="Second", by=None, now=NOW)
    role = JobRoleFactory()
    second.programme.job_roles.add(role)
    services.publish_version(version_id=second.pk, by=None, now=NOW)
    refused = ld_admin.post(change_url(second.programme), _audience(second.programme))
    assert "is already for every other job role of the directorate" in refused.content.decode()
    assert list(second.programme.job_roles.all()) == [role]
    # Withdrawn it stands in nobody's way; coming back is judged again.
    assert ld_admin.post(change_url(second.programme), _audience(second.programme, is_retired="on")).status_code == 302
    assert ld_admin.post(change_url(second.programme), _audience(second.programme)).status_code == 200
    second.programme.refresh_from_db()
    assert second.programme.is_retired


def test_an_export_imports_as_an_equal_programme(ld_admin: Client, published: ProgrammeVersion) -> None:
    published.programme.job_roles.add(JobRoleFactory())
    before = services.read_version(published)
    content = ld_admin.get(reverse("admin:induction_programmeversion_export", args=[published.pk])).content
    published.delete()
    InductionProgramme.objects.all().delete()
    JobRole.objects.all().delete()
    Directorate.objects.all().delete()
    file = SimpleUploadedFile("programme.json", content)
    answer = ld_admin.post(reverse("admin:induction_inductionprogramme_import"), {"file": file})
    assert answer.status_code == 302, answer.context["form"].errors
    assert services.read_version(ProgrammeVersion.objects.get()) == before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe", "Save the file as UTF-8."),
        (b"<b>no</b>", "not a programme in JSON or TOML"),
        (b'{"code": "x"}', "is missing"),
        (b'{"code": 7}', "must be text"),
        (b'{"code": "a b"}', "letters, digits, hyphens"),
        (b'{"code": "x", "months": 99}', "must lie between 1 and 24"),
        (b'{"job_roles": 7}', "must be a list of texts"),
        (b'{"reviews": [{"month": 1, "title": "A", "agenda": [[]]}]}', "must be a list of texts"),
        (b'{"reviews": [{"month": 1, "title": "A"}, {"month": 1, "title": "B"}]}', "more than one month 1"),
        (b'{"reviews": {"month": 1}}', "must be a list of tables"),
        (b"{" * 100_000, "not a programme in JSON or TOML"),
        (json.dumps({"code": "x", "checkpoints": [{"key": "a", "colour": "red"}]}).encode(), "is not known"),
    ],
)
def test_a_file_that_is_no_programme_is_refused_with_the_reason(ld_admin: Client, content: bytes, words: str) -> None:
    file = SimpleUploadedFile("programme.json", content)
    page = ld_admin.post(reverse("admin:induction_inductionprogramme_import"), {"file": file})
    assert words in page.content.decode()
    assert not InductionProgramme.objects.exists()


def test_the_preview_shows_what_a_starter_of_that_job_role_gets(ld_admin: Client, draft: ProgrammeVersion) -> None:
    role = JobRoleFactory()
    draft.programme.job_roles.add(role)
    ItemFactory(version=draft, title="For managers", audience="managers", offset_number=1)
    ItemFactory(version=draft, title="<script>alert(1)</script>", audience="everyone", offset_number=-1)
    url = reverse("admin:induction_programmeversion_preview", args=[draft.pk])
    page = ld_admin.get(url, {"job_role": role.pk, "start_date": "2027-08-31"}).content.decode()
    assert "For managers" not in page
    assert "Before the first day" in page
    assert "28 February 2028" not in page  # 2028 is a leap year
    assert "29 February 2028" in page
    assert escape("<script>alert(1)</script>") in page
    assert "<script>alert" not in page


def test_editing_seventy_rows_takes_few_queries(
    ld_admin: Client, draft: ProgrammeVersion, django_assert_max_num_queries: Any
) -> None:
    for _ in range(67):
        ItemFactory(version=draft)
    with django_assert_max_num_queries(22):
        page = ld_admin.get(change_url(draft))
    data = form_of(page) | {"checkpoints-3-title": "Changed"}
    assert len(data) < 1000
    with django_assert_max_num_queries(45):
        assert ld_admin.post(change_url(draft), data).status_code == 302


def test_an_error_far_down_is_named_at_the_top(ld_admin: Client, draft: ProgrammeVersion) -> None:
    for number in range(67):
        ItemFactory(version=draft, title=f"Item {number}")
    rows = form_of(ld_admin.get(change_url(draft)))
    last = int(rows["checkpoints-TOTAL_FORMS"]) - 1
    title = rows[f"checkpoints-{last}-title"]
    page = ld_admin.post(change_url(draft), rows | {f"checkpoints-{last}-offset_number": "soon"}).content.decode()
    words = f"Row {last + 1}, {title}, due: Enter a whole number."
    assert f'<a href="#id_checkpoints-{last}-offset_number">{words}</a>' in page
    assert f'id="id_checkpoints-{last}-offset_number"' in page


def test_the_first_page_of_the_administration_begins_with_what_people_come_to_do(ld_admin: Client) -> None:
    answer = ld_admin.get(reverse("admin:index"))
    page = answer.content.decode()
    assert [words for words, _ in answer.context["tasks"]] == [words for words, *_ in TASKS]
    for words, url in answer.context["tasks"]:
        assert f'<a href="{url}">{escape(words)}</a>' in page
        assert ld_admin.get(url, follow=True).status_code == 200
    assert page.index("See mail that failed") < page.index("Sweep runs: what the reminder sweep did")
    assert "favicon.svg" in page


def test_a_superuser_who_is_nobody_is_told_why_the_tools_are_missing(client: Client, draft: ProgrammeVersion) -> None:
    user = UserFactory(is_staff=True, is_superuser=True, person=None)
    client.force_login(user)
    programme = draft.programme
    tools = {
        reverse("admin:induction_inductionprogramme_changelist"): ["inductionprogramme_import"],
        change_url(programme): ["inductionprogramme_draft"],
        change_url(draft): ["programmeversion_publish", "programmeversion_copy"],
    }
    keys = {"inductionprogramme_draft": [programme.pk], "inductionprogramme_import": []}
    for url, names in tools.items():
        links = [reverse(f"admin:induction_{name}", args=keys.get(name, [draft.pk])) for name in names]
        page = client.get(url).content.decode()
        assert "belongs to no member of staff" in page
        assert not [link for link in links if f'href="{link}"' in page]
        user.person = PersonFactory()
        user.save()
        page = client.get(url).content.decode()
        assert "belongs to no member of staff" not in page
        assert not [link for link in links if f'href="{link}"' not in page]
        user.person = None
        user.save()


def test_records_show_state_and_dates_and_nothing_that_anyone_typed(ld_admin: Client) -> None:
    made = pair()
    plan = made.plan
    Checkpoint.objects.filter(plan=plan).update(title=TYPED, why=TYPED, how=TYPED, ready_note=TYPED, note=TYPED)
    Review.objects.filter(plan=plan).update(
        title=TYPED, agenda=TYPED, person_comment=TYPED, manager_comment=TYPED, next_steps=TYPED, outcome_reason=TYPED
    )
    rows: list[Any] = [plan, made.item(), made.review(), plan.decisions.first()]
    for row in rows:
        for url in (change_url(row), reverse(f"admin:induction_{row._meta.model_name}_changelist")):
            page = ld_admin.get(url)
            assert page.status_code == 200
            assert TYPED not in page.content.decode(), url
        assert ld_admin.post(change_url(row), {"state": "stopped"}).status_code == 403


# What the two write, why they were away, how it went: never in the administration, in no column, search or filter.
PRIVATE = {
    "planpause", "planextension", "plannote", "audittext",
}  # fmt: skip
PRIVATE_FIELDS = {
    "ready_note", "evidence_url", "person_comment", "manager_comment", "next_steps", "outcome", "outcome_reason",
    "reason", "text", "text_body", "html_body", "free_text", "title", "why", "how", "agenda",
}  # fmt: skip


def test_the_registry_holds_no_private_text() -> None:
    for model, registered in admin.site._registry.items():
        assert model._meta.model_name not in PRIVATE
        if model not in {InductionPlan, Checkpoint, Review, *_of_decisions()}:
            continue
        used = {*registered.fields, *registered.list_display, *registered.search_fields, *registered.readonly_fields}
        assert not {name.rpartition("__")[2] for name in map(str, used)} & PRIVATE_FIELDS, model
        assert not registered.inlines


def _of_decisions() -> set[Any]:
    return {model for model in admin.site._registry if model._meta.model_name == "decision"}
