"""Plain words in the administration: no column names, codes, class names or raw values, on any page of any table."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets, label_for_field
from django.test import Client
from django.urls import reverse

from audit.services import PORTAL, record
from notifications.models import Bounce, MessageSetting
from people.models import ImportRun
from reminders.models import Ladder, Reminder, SweepRun
from tests.guards.test_admin import TABLES, registered
from tests.personas import NOW, TODAY, Scene

pytestmark = pytest.mark.wide

# A name of a column where a word should stand: a key, a moment without its event, a yes-or-no as code asks it.
BAD_LABEL = re.compile(
    r"^(pk|id|at|by|is .*|as role|key|chain|sequence|verb|subject type|facts|counts|.* id|.* at|.*_.*|.*json.*)$",
    re.IGNORECASE,
)
APPS = "audit|bexley_ld|induction|notifications|pathways|people|reminders"
BAD_WORDS = re.compile(
    rf"\b(None|True|False|null|NULL|Pk|PK|uuid|queryset)\b"
    rf"|(?<!@)\b({APPS})\.[a-z_]+\b"
    r"|\b[0-9a-f]{8}-[0-9a-f]{4}-"
    r"|<class |object at 0x|\bobject \(\d+\)"
    r'|\{"|\[\]|\{\}'
    r"|\bperson:\d+",
)
# "Key" is what an item of a programme is called in the guide, and an export says which it is.
MEANT = {("induction.ProgrammeCheckpoint", "key")}


def labels(options: Any) -> Iterator[str]:
    """Heads of columns, filters, and the labels of the form and its tables of rows."""
    model = options.model
    yield from (str(label_for_field(name, model, options)) for name in options.list_display)
    yield from (str(each.title) for each in options.list_filter if isinstance(each, type))
    yield from (
        str(label_for_field(each.split("__")[0], model, options))
        for each in options.list_filter
        if isinstance(each, str)
    )
    fields = flatten_fieldsets(options.fieldsets) if options.fieldsets else options.fields or ()
    for owner, names in [(options, fields), *((each, each.fields or ()) for each in options.inlines)]:
        for name in flatten_fieldsets([(None, {"fields": names})]):
            if (owner.model._meta.label, name) not in MEANT:
                yield str(label_for_field(name, owner.model, owner))


@pytest.mark.parametrize("name", sorted(TABLES))
def test_labels_are_words(name: str) -> None:
    assert [label for label in labels(registered()[name]) if BAD_LABEL.match(label)] == []


def shown(page: str) -> str:
    """What is read on the page or aloud: text, and the words beside pictures."""
    main = re.search(r"<main.*</main>", page, re.DOTALL)
    page = re.sub(r"<(script|style|textarea).*?</\1>", " ", main.group() if main else page, flags=re.DOTALL)
    page = re.sub(r'<[^>]*?\b(?:alt|title|aria-label)="([^"]*)"[^>]*>', r" \1 ", page)
    return html.unescape(re.sub(r"<[^>]+>", " ", page))


@pytest.fixture(scope="module")
def filled(scene: Scene) -> Scene:
    """A row in each table that the scene leaves empty."""
    person = scene.people["person"]
    run = SweepRun.objects.create(
        for_date=TODAY, started_at=NOW, finished_at=NOW,
        counts={"lines": {"induction.item": 2}, "people": 1}, failures={"induction.review": "Broken"},
    )  # fmt: skip
    assert run.pk
    Reminder.objects.create(
        rule="induction.item", step="before-5", subject_type="checkpoint", subject_id=1, recipient=person,
        due_date=TODAY, sweep_date=TODAY,
    )  # fmt: skip
    Bounce.objects.create(address="gone@people.example", bounced_at=NOW, kind="hard")
    ImportRun.objects.create(file_name="staff.csv", file_hash="x", data_version="x", state="previewed")
    record(by=None, verb="people.import_applied", subject=None, chain=PORTAL, now=NOW)
    for row in (Ladder.objects.first(), MessageSetting.objects.first()):
        row.is_enabled = False
        row.save()
        row.is_enabled = True
        row.save()
    return scene


def pages_of(client: Client, options: Any) -> Iterator[tuple[str, str]]:
    """The list, an empty form, and form and history of the newest row."""
    base = f"admin:{options.model._meta.app_label}_{options.model._meta.model_name}"
    addresses = [reverse(f"{base}_changelist"), reverse(f"{base}_add")]
    row = options.model._default_manager.order_by("-pk").first()
    if row is not None:
        addresses += [reverse(f"{base}_change", args=[row.pk]), reverse(f"{base}_history", args=[row.pk])]
    for address in addresses:
        answer = client.get(address)
        if answer.status_code == 200:
            yield address, shown(answer.content.decode())


@pytest.mark.parametrize("persona", ["ld_admin", "superuser"])
@pytest.mark.parametrize("name", sorted(TABLES))
def test_pages_are_in_plain_words(filled: Scene, name: str, persona: str) -> None:
    client = filled.client(persona)
    found = {}
    for address, words in pages_of(client, registered()[name]):
        bad = sorted({match.group() for match in BAD_WORDS.finditer(words)})
        if bad:
            found[address] = bad
    assert found == {}


@pytest.mark.parametrize("name", sorted(TABLES))
def test_each_action_says_what_it_does(filled: Scene, rf: Any, name: str) -> None:
    """More than a verb: to what, or with which effect."""
    options = registered()[name]
    request = rf.get("/admin/")
    request.user = filled.users["ld_admin"]
    for _, act, words in options.get_actions(request).values():
        # Django's own says it and asks first.
        assert act == "delete_selected" or len(str(words).split()) >= 4, words


def test_the_guard_finds_what_it_looks_for() -> None:
    for label in ("Pk", "at", "Is approved", "as role", "Created at", "subject_id", "Subject id"):
        assert BAD_LABEL.match(label)
    for words in ("None", "induction.item", "True", "person:12", "Reminder object (3)", '{"lines": 3}'):
        assert BAD_WORDS.search(words)
    assert admin.site._registry
