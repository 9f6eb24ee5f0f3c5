"""Programmes as data: judged, compared, published, copied, exchanged."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import asdict, replace
from typing import Any

import pytest

from audit.models import AuditEntry
from induction import services as induction
from induction.models import Checkpoint, InductionPlan, InductionProgramme, ProgrammeVersion, Review
from induction.rules import comparison
from induction.rules import programme as rules
from induction.services import programme as services
from people.models import Directorate, JobRole
from people.rules import Conflict, NotAllowed
from tests.factories.induction import NOW, VersionFactory, pair, version
from tests.factories.people import JobRoleFactory, PersonFactory, TeamFactory, posting

ITEM = rules.ItemData("read-guide", "know", "e-learning", "Read the guide", why="It helps.", how="Read.")
REVIEWS = tuple(rules.ReviewData(month, f"Month {month}", month == 6, ("How is it?",)) for month in (1, 3, 6))
DATA = rules.ProgrammeData("adults", "Adults", "adults", (), 6, "Welcome.", "B", "", "", REVIEWS, (ITEM,))


def items(*keys: str) -> rules.ProgrammeData:
    return replace(DATA, checkpoints=tuple(replace(ITEM, key=key, title=key) for key in keys))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, ""),
        ({"summary": " "}, "Write a summary"),
        ({"checkpoints": ()}, "at least one checkpoint"),
        ({"checkpoints": (ITEM, ITEM)}, 'The key "read-guide" stands on 2 checkpoints'),
        ({"reviews": ()}, "at least one review"),
        ({"reviews": REVIEWS[:2]}, "exactly one review as the final"),
        ({"reviews": (*REVIEWS, rules.ReviewData(5, "Final too", True))}, "exactly one review as the final"),
        ({"reviews": (rules.ReviewData(3, "Final", True), rules.ReviewData(6, "Later"))}, "must be the last one"),
        ({"reviews": (*REVIEWS, REVIEWS[0])}, "two reviews in month 1"),
        ({"reviews": (rules.ReviewData(7, "Final", True),)}, "month 7 does not fall within 6 months"),
    ],
)
def test_what_stands_in_the_way_of_publishing(changed: dict[str, Any], words: str) -> None:
    found = rules.publishing_problems(replace(DATA, **changed))
    assert (not found) if not words else any(words in problem for problem in found)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"owner": "nobody"}, "choose the owner"),
        ({"section": ""}, "choose the section"),
        ({"title": " "}, "enter a title"),
        ({"why": ""}, "enter why it matters"),
        ({"link_url": "javascript:alert(1)"}, "must begin with https://"),
        ({"offset_number": 6, "offset_unit": "months"}, ""),
        ({"offset_number": 25, "offset_unit": "weeks"}, ""),
        ({"offset_number": 26, "offset_unit": "weeks"}, "within the 6 months"),  # 182 days; February to July has 181
        ({"offset_number": 181, "offset_unit": "days"}, ""),
        ({"offset_number": 182, "offset_unit": "days"}, "within the 6 months"),
        ({"offset_number": -2, "offset_unit": "months"}, ""),
        ({"offset_number": -10, "offset_unit": "weeks"}, "within the 6 months"),
        ({"offset_number": 32767, "offset_unit": "months"}, "within the 6 months"),
    ],
)
def test_what_is_wrong_with_an_item(changed: dict[str, Any], words: str) -> None:
    found = rules.publishing_problems(replace(DATA, checkpoints=(replace(ITEM, **changed),)))
    assert (not found) if not words else any(words in problem for problem in found)


LINKS = [
    ("https://www.bexley.gov.uk/guide?a=1", True),
    ("http://intranet.example/guide", True),
    ("javascript:alert(1)", False),
    ("java\tscript:alert(1)", False),
    ("data:text/html,<b>x</b>", False),
    ("ftp://files.example/guide", False),
    ("//evil.example", False),
    ("https:///nowhere", False),
    ("https://[half", False),
    ("guide.pdf", False),
]


@pytest.mark.parametrize(("link", "is_taken"), LINKS)
def test_links_lead_to_pages_and_import_and_publishing_agree(link: str, is_taken: bool) -> None:
    item = replace(ITEM, link_url=link)
    expected = [] if is_taken else [f"{ITEM.title}: the link must begin with https:// or http://."]
    assert rules.publishing_problems(replace(DATA, checkpoints=(item,))) == expected
    file = json.dumps(asdict(replace(DATA, checkpoints=(item,)))).encode()
    if is_taken:
        assert rules.read_programme(file).checkpoints[0].link_url == link
        return
    with pytest.raises(rules.UnreadableProgramme) as refused:
        rules.read_programme(file)
    assert refused.value.problems == ["Checkpoint 1 (read-guide): the link must begin with https:// or http://."]


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ('{"months": ' + "9" * 6000 + "}", "A number in the file has too many digits."),
        ("months = " + "9" * 6000, "A number in the file has too many digits."),
        ('{"title": "\\ud800"}', "The file holds a character that cannot be stored."),
        ('{"\\ud800": 1}', "The file holds a character that cannot be stored."),
        ("[" * 5000, "not a programme in JSON or TOML"),
        ('{"a":' * 5000, "not a programme in JSON or TOML"),
    ],
)
def test_a_file_that_no_one_can_read_is_refused_in_words(file: str, words: str) -> None:
    for read in (rules.read_programme, rules.read_reference):
        with pytest.raises(rules.UnreadableProgramme, match=re.escape(words)):
            read(file.encode())


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        ("abc", "abc", "a same, b same, c same"),
        ("abc", "abdc", "a same, b same, d added, c same"),
        ("abc", "ac", "a same, b removed, c same"),
        ("abc", "cab", "c moved, a same, b same"),
        ("abcd", "dcba", "d moved, c moved, b moved, a same"),
        ("abc", "xyz", "a removed, b removed, c removed, x added, y added, z added"),
        ("", "a", "a added"),
        ("a", "", "a removed"),
    ],
)
def test_versions_are_compared_row_by_row(before: str, after: str, kinds: str) -> None:
    rows = comparison.compare(items(*before), items(*after)).checkpoints
    assert sorted(f"{row.key} {row.kind}" for row in rows) == sorted(kinds.split(", "))


def test_a_changed_row_shows_both_texts() -> None:
    after = replace(DATA, checkpoints=(replace(ITEM, owner="both", is_mandatory=True),), agree_days=21)
    found = comparison.compare(DATA, after)
    assert [(change.label, change.before, change.after) for change in found.checkpoints[0].changes] == [
        ("Owner", "The starter", "Both together"),
        ("Mandatory", "no", "yes"),
    ]
    assert [change.label for change in found.head] == ["Days to agree a plan"]
    assert not found.is_equal
    assert comparison.compare(DATA, DATA).is_equal


@pytest.mark.parametrize(
    ("number", "unit", "words"),
    [(0, "days", "on the first day"), (1, "weeks", "1 week after the start"), (-2, "days", "2 days before the start")],
)
def test_an_offset_in_words(number: int, unit: str, words: str) -> None:
    assert rules.due_in_words(number, unit) == words


@pytest.mark.django_db
def test_publishing_retires_the_old_version_and_touches_no_live_plan() -> None:
    made = pair()
    old = made.plan.version
    plans, rows = list(InductionPlan.objects.values()), list(Checkpoint.objects.order_by("pk").values())
    reviews = list(Review.objects.order_by("pk").values())
    draft = services.start_draft(programme_id=old.programme_id, by=made.manager, now=NOW)
    draft.checkpoints.update(title="Another title", offset_number=9)
    services.publish_version(version_id=draft.pk, by=made.manager, now=NOW)
    old.refresh_from_db()
    assert old.state == "retired"
    assert list(InductionPlan.objects.values()) == plans
    assert list(Checkpoint.objects.order_by("pk").values()) == rows
    assert list(Review.objects.order_by("pk").values()) == reviews
    starter = PersonFactory(start_date=dt.date(2026, 10, 5))
    posting(starter, team=TeamFactory(directorate=old.programme.directorate))
    induction.start_missing_plans(today=dt.date(2026, 10, 1), now=NOW)
    assert starter.plans.get().version_id == draft.pk
    entry = AuditEntry.objects.get(verb="induction.programme_published")
    assert entry.actor_id == made.manager.pk
    assert entry.facts["digest"] == services.digest(services.read_version(draft))


@pytest.mark.django_db
def test_a_version_is_published_once_and_only_whole() -> None:
    old = version()
    draft = services.start_draft(programme_id=old.programme_id, by=None, now=NOW)
    with pytest.raises(Conflict, match="is a draft already"):
        services.start_draft(programme_id=old.programme_id, by=None, now=NOW)
    draft.reviews.all().delete()
    with pytest.raises(NotAllowed, match="at least one review"):
        services.publish_version(version_id=draft.pk, by=None, now=NOW)
    old.refresh_from_db()
    assert old.state == "published"
    with pytest.raises(Conflict, match="published already"):
        services.publish_version(version_id=old.pk, by=None, now=NOW)


@pytest.mark.django_db
def test_a_draft_that_says_the_same_is_not_published() -> None:
    """Every line manager would be asked whether to move a plan to nothing new."""
    old = version()
    draft = services.start_draft(programme_id=old.programme_id, by=None, now=NOW)
    with pytest.raises(NotAllowed, match="It says the same as version 1, which starters get now"):
        services.publish_version(version_id=draft.pk, by=None, now=NOW)
    draft.checkpoints.update(why="Because it matters.")
    assert services.publish_version(version_id=draft.pk, by=None, now=NOW).state == "published"
    # What starters got before may come back.
    again = services.start_draft(programme_id=old.programme_id, by=None, now=NOW)
    again.checkpoints.update(why=old.checkpoints.first().why)
    assert services.publish_version(version_id=again.pk, by=None, now=NOW).state == "published"


@pytest.mark.django_db
def test_no_job_role_finds_two_programmes() -> None:
    role = JobRoleFactory(title="Social Worker")
    first = version()
    first.programme.job_roles.add(role)
    second = services.copy_programme(version_id=first.pk, code="second", title="Second", by=None, now=NOW)
    second.programme.job_roles.add(role)
    with pytest.raises(NotAllowed, match='The job role "Social Worker" already has the programme'):
        services.publish_version(version_id=second.pk, by=None, now=NOW)
    second.programme.job_roles.clear()
    assert services.publish_version(version_id=second.pk, by=None, now=NOW).state == "published"
    third = services.copy_programme(version_id=first.pk, code="third", title="Third", by=None, now=NOW)
    with pytest.raises(NotAllowed, match="already for every other job role"):
        services.publish_version(version_id=third.pk, by=None, now=NOW)


@pytest.mark.django_db
def test_a_copy_says_the_same_under_another_name() -> None:
    old = version()
    copy = services.copy_programme(version_id=old.pk, code="other", title="Other", by=None, now=NOW)
    assert services.compare_versions(old, copy).is_equal
    assert copy.programme.code == "other"
    with pytest.raises(Conflict, match="with the code"):
        services.copy_programme(version_id=old.pk, code="other", title="Again", by=None, now=NOW)


@pytest.mark.django_db
def test_an_export_makes_an_equal_programme_in_an_empty_database() -> None:
    old = version()
    old.programme.job_roles.add(JobRoleFactory(needs_care_certificate=True), JobRoleFactory())
    old.checkpoints.update(note="“Quoted”, emoji 🙂 and عربى", link_url="https://www.bexley.gov.uk")
    before, content = services.read_version(old), services.export_programme(old)
    roles = list(JobRole.objects.order_by("code").values("code", "title", "needs_care_certificate"))
    for model in (ProgrammeVersion, InductionProgramme, JobRole, Directorate):
        model.objects.all().delete()
    new = services.import_programme(
        data=rules.read_programme(content), reference=rules.read_reference(content), by=None, now=NOW
    )
    assert services.read_version(new) == before
    assert services.export_programme(new) == content
    assert list(JobRole.objects.order_by("code").values("code", "title", "needs_care_certificate")) == roles


@pytest.mark.django_db
def test_an_import_needs_its_directorate_and_leaves_a_draft_alone() -> None:
    with pytest.raises(NotAllowed, match="no directorate"):
        services.import_programme(data=DATA, by=None, now=NOW)
    assert not InductionProgramme.objects.exists()
    made = VersionFactory(programme__code="adults", state="draft")
    with pytest.raises(Conflict, match="has a draft already"):
        services.import_programme(data=DATA, by=None, now=NOW)
    assert list(ProgrammeVersion.objects.all()) == [made]
