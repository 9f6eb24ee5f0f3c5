"""The guides: what Bexley's own pages promise stands on one of them, with its source, its date and its mark."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from bexley_ld import starter
from content.models import Page, PageSection, SearchTerm
from content.rules import blocks
from content.services import load_pages
from notifications import registry
from people.models import Basis, Person
from people.roles import Role
from tests.content.starter_files import BASES, GUIDES
from tests.factories.content import PageFactory, SectionFactory
from tests.factories.induction import NOW
from tests.factories.people import UserFactory
from tests.rolled_back import RolledBack

# Row of the coverage list, the guide, and the words that have to stand there (ours, but for names and figures).
ROWS = [
    ("A01", "everyday-learning", ["Everyday Learning", "Learning here is not a list of courses"]),
    ("A02", "everyday-learning", ["70:20:10"]),
    ("A03", "everyday-learning", ["70%: experience"]),
    ("A04", "everyday-learning", ["20%: learning from and with others"]),
    ("A05", "everyday-learning", ["10%: formal and structured", "not a target"]),
    ("A06", "cpl", ["Continuing Professional Learning", "golden thread"]),
    ("A08", "begin-flourish-excel", ["Begin, Flourish, Excel", "has not published it"]),
    ("A31", "cpd-plans", ["develop and meet clear CPD Plans"]),
    ("A33", "management", ["lead their colleagues on professional practice"]),
    ("A34", "management", ["share their expertise freely"]),
    ("A35", "management", ["experienced and perform highly"]),
    ("A36", "management", ["across health and social care"]),
    ("A41", "induction", ["within 6 months of joining"]),
    ("A42", "induction", ["owned jointly by you and your manager"]),
    ("A45", "induction", ["coaching is kept here"]),
    ("A48", "asye", ["Assessed and Supported Year in Employment", "first year of their appointment"]),
    ("A49", "asye", ["For assessors and managers", "What you can expect"]),
    ("A50", "coaching-and-mentoring-academy", ["Bexley Coaching and Mentoring Academy"]),
    ("A51", "coaching-and-mentoring-academy", ["no sign that something is wrong"]),
    ("A52", "coaching-and-mentoring-academy", ["More than 350 coaches and mentors", "2019"]),
    ("A53", "coaching-and-mentoring-academy", ["Executive Coaches"]),
    ("A54", "coaching-and-mentoring-academy", ["Super Coaches"]),
    ("A55", "coaching-and-mentoring-academy", ["Mentors"]),
    ("A56", "coaching-and-mentoring-academy", ["staff of both directorates"]),
    ("A57", "coaching-and-mentoring-academy", ["Career development, progression and high performance"]),
    ("A58", "cpl", ["in line with what its services need"]),
    ("A59", "cpl", ["strengths-based assessment and support planning", "2019"]),
    ("A60", "e-learning", ["wide range of e-learning modules and resources"]),
    ("A61", "e-learning", ["EVOLVE"]),
    ("A62", "e-learning", ["MeLearning", "care providers in the borough", "kept apart from staff records"]),
    ("A63", "scils", ["individual workbooks", "newsdesk", "discussion forum"]),
    ("A64", "making-research-count", ["academics, practitioners, carers and people who use services"]),
    ("A65", "making-research-count", ["all staff may go to current and varied workshops throughout the year"]),
    (
        "A66",
        "making-research-count",
        ["5 in-house sessions a year", "critical analysis, reflection", "Others may join"],
    ),
    ("C01", "working-with-children", ["Children’s social care in Bexley"]),
    ("C02", "working-with-children", ["endlessly rewarding", "most vulnerable people"]),
    ("C03", "benefits", ["invests in looking after you and your career"]),
    ("C04", "benefits", ["excellent benefits"]),
    ("C05", "benefits", ["competitive salaries", "No figures"]),
    ("C06", "benefits", ["generous leave"]),
    ("C07", "benefits", ["flexible working"]),
    ("C08", "benefits", ["a wealth of health and wellness programmes"]),
    ("C09", "working-with-children", ["Working with children"]),
    ("C10", "ofsted", ["outstanding in February 2023"]),
    ("C11", "ofsted", ["February 2023"]),
    ("C12", "ofsted", ["July 2018: outstanding", "the second time in a row"]),
    ("C13", "ofsted", ["strong partnerships", "political and corporate support"]),
    ("C14", "ofsted", ["a significant difference to children’s lives"]),
    ("C15", "ofsted", ["well-trained workforce"]),
    ("C16", "ofsted", ["feel safe and supported"]),
    ("C17", "ofsted", ["Ofsted’s activity, reports and ratings"]),
    ("C18", "practice-approach", ["relationship-based"]),
    ("C19", "practice-approach", ["children stay with their families whenever that is safe"]),
    ("C20", "practice-approach", ["act quickly through the courts"]),
    ("C21", "practice-approach", ["with each other, are positive and respectful"]),
    ("C22", "practice-approach", ["teams get a supportive environment"]),
    ("C23", "practice-approach", ["showing your working out", "even when things go wrong"]),
    ("C24", "signs-of-safety", ["adopted as its practice framework"]),
    ("C25", "signs-of-safety", ["in line with its values"]),
    ("C26", "practice-approach", ["Children Act 1989"]),
    ("C27", "signs-of-safety", ["across all services within Children’s Social Care"]),
    ("C28", "signs-of-safety", ["developed with partner agencies"]),
    ("C29", "signs-of-safety", ["Children and families are at the centre of practice"]),
    ("C30", "signs-of-safety", ["Nothing about us, without us"]),
    ("C31", "signs-of-safety", ["open, honest and respectful", "compassionate and respectful way"]),
    ("C32", "family-network-meetings", ["Staff facilitate Family Network Meetings"]),
    ("C33", "family-network-meetings", ["their own strengths within their networks"]),
    ("C34", "family-network-meetings", ["safety and wellbeing of their children"]),
    ("C35", "signs-of-safety", ["feedback from families"]),
    ("C36", "signs-of-safety", ["helps the service to improve"]),
    ("C37", "vacancies", ["Search for your next social care job", "www.bexley.gov.uk/about-council/jobs-and-careers"]),
]


@pytest.fixture(scope="module")
def guides(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, str]]:
    """Every guide as a colleague reads it."""
    with django_db_blocker.unblock(), RolledBack():
        starter.load(now=NOW)
        client = Client()
        client.force_login(UserFactory())
        yield {
            page.slug: " ".join(client.get(page.get_absolute_url()).content.decode().split())
            for page in Page.objects.shown()
        }


@pytest.mark.parametrize(("row", "slug", "words"), ROWS, ids=[row for row, *_ in ROWS])
def test_what_bexleys_pages_promise_stands_on_a_guide(
    guides: dict[str, str], row: str, slug: str, words: list[str]
) -> None:
    page = guides[slug].replace("&#x27;", "'")
    assert [each for each in words if each.lower() not in page.lower()] == []


def test_a_grade_never_stands_without_its_date(guides: dict[str, str]) -> None:
    """C11: whatever page says outstanding says when."""
    for slug, html in guides.items():
        page = re.sub(r"<[^>]+>|www[.]\S+", " ", html)
        for found in re.finditer(r"outstanding", page, re.IGNORECASE):
            around = page[max(0, found.start() - 120) : found.end() + 120]
            assert re.search(r"20(12|14|18|23)", around), (slug, around)


def test_each_part_says_where_it_comes_from_and_what_is_unsure_is_marked(guides: dict[str, str]) -> None:
    for page in Page.objects.shown():
        parts = list(page.sections.all())
        assert parts
        unsure = [part for part in parts if part.basis not in {Basis.BEXLEY, Basis.NATIONAL}]
        assert guides[page.slug].count("check with Learning and Development") >= len(unsure)
        assert all(part.source for part in parts if part not in unsure)


def test_the_file_is_sound() -> None:
    slugs = [page["slug"] for page in GUIDES["pages"]]
    assert len(slugs) == len(set(slugs)) >= 20
    for page in GUIDES["pages"]:
        assert len(page["summary"]) <= 300
        assert dt.date(2026, 12, 1) < page["review_by"] < dt.date(2027, 12, 1)
        for part in page["sections"]:
            assert part["basis"] in BASES
            assert part.get("source_date"), part
            assert not re.search(r"TBC|TODO|lorem|\?\?| {2}", part["text"])


def test_what_learning_and_development_changed_or_hid_is_not_loaded_again(db: None) -> None:
    load_pages(data=GUIDES)
    Page.objects.filter(slug="values").update(is_shown=False, title="Ours")
    PageSection.objects.filter(page__slug="ofsted").first().delete()
    before = PageSection.objects.count()
    assert load_pages(data=GUIDES)[0].startswith("Guides: 0 added")
    assert Page.objects.get(slug="values").title == "Ours"
    assert PageSection.objects.count() == before


def test_a_later_release_adds_what_is_new_and_nothing_else(db: None) -> None:
    load_pages(data=GUIDES)
    guide = {**GUIDES["pages"][0], "slug": "parking", "title": "Parking"}
    later = {"pages": [*GUIDES["pages"], guide], "terms": {**GUIDES["terms"], "Motor": "page:parking"}}
    SearchTerm.objects.get(term="MRC").delete()
    term = SearchTerm.objects.get(term="EVOLVE")
    term.term = "E-VOLVE"
    term.save()
    page = Page.objects.get(slug="values")
    page.slug = "our-values"
    page.save()
    SearchTerm.objects.filter(term="ASYE").update(target="routes")
    count = len(GUIDES["terms"])
    assert load_pages(data=later) == [
        f"Guides: 1 added, {len(GUIDES['pages'])} there already.",
        f"Search terms: 1 added, {count} there already.",
    ]
    assert SearchTerm.objects.get(term="Motor").target == "page:parking"
    assert SearchTerm.objects.get(term="ASYE").target == "routes"
    assert not SearchTerm.objects.filter(term__in=["MRC", "EVOLVE"]).exists()
    assert not Page.objects.filter(slug="values").exists()
    assert load_pages(data=later)[1].startswith("Search terms: 0 added")


def test_a_guide_that_is_being_written_is_not_there_for_staff(db: None, client: Client) -> None:
    client.force_login(UserFactory())
    page = PageFactory(title="Half a guide", is_shown=False)
    assert client.get(page.get_absolute_url()).status_code == 404
    assert "Half a guide" not in client.get(reverse("content:page_list")).content.decode()


def test_what_is_typed_is_text(db: None, client: Client) -> None:
    client.force_login(UserFactory())
    section = SectionFactory(text="<script>alert(1)</script>\n- <b>bold</b>")
    page = client.get(section.page.get_absolute_url()).content.decode()
    assert "<script>alert(1)" not in page
    assert "<li>&lt;b&gt;bold&lt;/b&gt;</li>" in page


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One line.", [("One line.", ())]),
        ("One\nline.\n\nTwo.", [("One line.", ()), ("Two.", ())]),
        ("All:\n- one\n- two\nmore", [("All:", ()), ("", ("one", "two more"))]),
        ("- one\n\n\n- two", [("", ("one",)), ("", ("two",))]),
        ("  ", []),
        ("a\r\n\r\nb", [("a", ()), ("b", ())]),
    ],
)
def test_how_a_text_falls_into_parts(text: str, found: list[tuple[str, tuple[str, ...]]]) -> None:
    assert [(block.text, block.items) for block in blocks(text)] == found


def editor(**fields: Any) -> Person:
    starter.load_groups()
    return UserFactory(**{"roles": [Role.LD_ADMIN], "is_staff": True, **fields}).person


def test_whoever_keeps_a_guide_is_reminded_to_check_it(db: None) -> None:
    keeper, chief = editor(), UserFactory(is_superuser=True, is_staff=True).person
    today = dt.date(2027, 5, 24)
    for name, fields in {
        "kept": {"owner": keeper},
        "of a superuser": {"owner": chief},
        "of a colleague": {"owner": UserFactory().person},
        "of someone who does Learning and Development no more": {"owner": editor(is_staff=False)},
        "nobody's": {},
        "hidden": {"owner": keeper, "is_shown": False},
        "of a leaver": {"owner": editor(person__deactivated_at=NOW)},
        "without a day": {"owner": keeper, "review_by": None},
    }.items():
        PageFactory(title=name, **{"review_by": today, **fields})
    (rule,) = (rule for rule in registry.due_rules() if rule.kind == "content.page_review")
    assert sorted(rule.find(today=today).values_list("title", "row_person_id")) == [
        ("kept", keeper.pk),
        ("of a superuser", chief.pk),
    ]


def test_only_who_can_change_a_guide_keeps_it(db: None, client: Client) -> None:
    """A colleague would be reminded of a page that they may not open."""
    client.force_login(editor().user)
    page = PageFactory(title="Values")
    address = reverse("admin:content_page_change", args=[page.pk])

    def keep(owner: Person) -> str:
        sections = {"sections-TOTAL_FORMS": 0, "sections-INITIAL_FORMS": 0}
        fields = {"title": "Values", "slug": page.slug, "summary": "Ours", "group": "working", "position": 0}
        return client.post(address, {**fields, **sections, "owner": owner.pk}, follow=True).content.decode()

    colleague, keeper = UserFactory().person, editor()
    assert f"{colleague.full_name} cannot change guides. Choose someone of Learning and Development" in keep(colleague)
    assert "cannot change guides" not in keep(keeper)
    assert Page.objects.get().owner == keeper


def test_a_guide_whose_owner_cannot_change_it_stands_under_nobody(db: None, client: Client) -> None:
    client.force_login(editor().user)
    for title, owner in {"Kept": editor(), "Left": editor(is_staff=False), "Never": None}.items():
        PageFactory(title=title, owner=owner)
    page = client.get(reverse("admin:content_page_changelist"), {"review": "nobody"})
    assert {guide.title for guide in page.context["cl"].result_list} == {"Left", "Never"}


@pytest.mark.parametrize(
    ("target", "is_taken"), [("page:parking", True), ("page:nowhere", False), ("parking", False), ("", False)]
)
def test_a_search_term_leads_to_a_page_that_is_there(db: None, client: Client, target: str, is_taken: bool) -> None:
    starter.load_groups()
    client.force_login(UserFactory(roles=[Role.LD_ADMIN], is_staff=True))
    PageFactory(slug="parking")
    answer = client.post(reverse("admin:content_searchterm_add"), {"term": "Car", "target": target})
    assert (answer.status_code == 302) == is_taken
    if target and not is_taken:
        assert "There is no such page" in answer.content.decode()


@pytest.mark.parametrize(
    ("address", "is_taken"),
    [
        ("https://portal.example/page", True),
        ("/pathways/", True),
        ("http://portal.example/", False),
        ("//portal.example/", False),
        ("/\\portal.example", False),
        ("javascript:alert(1)", False),
        ("pathways", False),
    ],
)
def test_a_link_of_a_guide_leads_to_the_portal_or_to_a_safe_address(address: str, is_taken: bool) -> None:
    field = PageSection._meta.get_field("link_url")
    with nullcontext() if is_taken else pytest.raises(ValidationError):
        field.run_validators(address)
