"""One search: for every name and figure of Bexley's own pages the first hit is the page on that topic."""

from __future__ import annotations

import datetime as dt
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bexley_ld import starter, tasks
from bexley_ld.search_sources import SOURCES
from content.models import Page, PageSection, SearchEntry, SearchIndex, SearchTerm
from content.rules import asked_words, normal, score
from content.services import Found, Source, refresh_index, search
from induction.models import InductionProgramme
from people.models import Person
from tests.factories.content import PageFactory
from tests.factories.induction import NOW
from tests.factories.people import PersonFactory, UserFactory
from tests.rolled_back import RolledBack

TODAY = dt.date(2026, 11, 25)
# Every name and figure of the coverage list's index, and the page that it must lead to.
INDEX = {
    "70:20:10": "/guides/everyday-learning/",
    "70%": "/guides/everyday-learning/",
    "20%": "/guides/everyday-learning/",
    "10%": "/guides/everyday-learning/",
    "Everyday Learning": "/guides/everyday-learning/",
    "3 routes": "/pathways/routes/",
    "2017": "route q02",
    "Think Ahead": "route q05",
    "3rd cohort": "route q05",
    "September 2019": "route q05",
    "2 NQSWs": "route q05",
    "further 3 in 2019": "route q05",
    "6 months": "/guides/induction/",
    "more than 350": "/guides/coaching-and-mentoring-academy/",
    "Executive Coaches": "/guides/coaching-and-mentoring-academy/",
    "Super Coaches": "/guides/coaching-and-mentoring-academy/",
    "Mentors": "/guides/coaching-and-mentoring-academy/",
    "5 in-house sessions": "/guides/making-research-count/",
    "Making Research Count": "/guides/making-research-count/",
    "MRC": "/guides/making-research-count/",
    "Level 3": "route q09",
    "Level 6": "route q04",
    "February 2023": "/guides/ofsted/",
    "second time in a row": "/guides/ofsted/",
    "Ofsted outstanding": "/guides/ofsted/",
    "Children Act 1989": "/guides/practice-approach/",
    "showing your working out": "/guides/practice-approach/",
    "EVOLVE": "/guides/e-learning/",
    "MeLearning": "/guides/e-learning/",
    "SCILS": "/guides/scils/",
    "workbooks": "/guides/scils/",
    "newsdesk": "/guides/scils/",
    "discussion forum": "/guides/scils/",
    "Trusted Assessor Award": "route q14",
    "Open University": "route q01",
    "ASYE": "/guides/asye/",
    "NQSW": "/guides/asye/",
    "CPL": "/guides/cpl/",
    "golden thread": "/guides/cpl/",
    "CPD Plan": "/guides/cpd-plans/",
    "Begin, Flourish, Excel": "/guides/begin-flourish-excel/",
    "Triage Hub": "/pathways/teams/",
    "Rapid Response": "/pathways/teams/",
    "Community Assessment and Rehabilitation Teams": "/pathways/teams/",
    "Signs of Safety": "/guides/signs-of-safety/",
    "“Nothing about us, without us”": "/guides/signs-of-safety/",
    "Family Network Meetings": "/guides/family-network-meetings/",
    "Bexley Values": "/guides/values/",
}


@pytest.fixture(scope="module")
def portal(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The starter content, loaded once for all that only look."""
    with django_db_blocker.unblock(), RolledBack():
        starter.load(now=NOW)
        refresh_index(sources=SOURCES, today=TODAY)
        yield


def address(place: str) -> str:
    if place.startswith("route "):
        return SearchEntry.objects.get(key=place.replace("route ", "route:")).url
    return place


@pytest.mark.parametrize("term", INDEX)
def test_the_first_hit_is_the_page_on_the_topic(portal: None, term: str) -> None:
    found = search(term)
    assert found, term
    assert found[0].url == address(INDEX[term])


def test_no_page_answers_more_than_five_terms() -> None:
    assert {place: count for place, count in Counter(INDEX.values()).items() if count > 5} == {}


@pytest.mark.parametrize("term", INDEX)
def test_what_a_term_leads_to_says_so_itself(portal: None, term: str) -> None:
    """A term that is only a pointer would be found for nothing: the page tells of it, in words or in figures."""
    entry = search(term)[0]
    said = normal(f"{entry.title} {entry.summary} {entry.words}")
    told_elsewhere = {"3 routes", "2017", "3rd cohort", "September 2019", "2 NQSWs", "further 3 in 2019"}
    assert term in told_elsewhere or all(word in said for word in normal(term).replace("%", "").split())


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("senior practitioner", "Senior Practitioner"),
        ("apprenticeship occupational therapist", "Occupational Therapist degree apprenticeship"),
        ("flexible working", "Benefits of working here"),
        ("amhp", "Approved Mental Health Professional (AMHP) training"),
    ],
)
def test_other_words_find_what_they_name(portal: None, query: str, title: str) -> None:
    assert title in [entry.title for entry in search(query)][:3]


@pytest.mark.parametrize(
    "query", ["", "   ", "'", '"', "%", "a" * 5000, "\x00", "( & | !", "70:20:10 & !", "zzzz", "<script>", "-", "“"]
)
def test_odd_words_are_no_error(portal: None, query: str) -> None:
    assert isinstance(search(query), list)


def test_no_person_is_in_it(db: None) -> None:
    starter.load(now=NOW)
    PersonFactory(given_name="Quixotina", family_name="Test-Sample")
    refresh_index(sources=SOURCES, today=TODAY)
    assert Person.objects.count() == 1
    assert search("Quixotina") == []


def test_the_index_follows_what_is_changed_and_hidden(db: None) -> None:
    page = Page.objects.create(
        slug="parking", title="Parking", summary="Where to leave a car", group="working", is_shown=True
    )
    assert refresh_index(sources=SOURCES, today=TODAY)
    assert not refresh_index(sources=SOURCES, today=TODAY)
    assert [entry.title for entry in search("car")] == ["Parking"]
    PageSection.objects.create(page=page, text="There are bicycle stands too.")
    SearchTerm.objects.create(term="Motor", target="page:parking")
    assert refresh_index(sources=SOURCES, today=TODAY)
    assert [entry.title for entry in search("bicycle")] == [entry.title for entry in search("motor")] == ["Parking"]
    page.is_shown = False
    page.save()
    assert refresh_index(sources=SOURCES, today=TODAY)
    assert search("car") == []


def refreshed() -> set[str]:
    """The keys that are found after the next minute."""
    tasks.refresh_search()
    return set(SearchEntry.objects.values_list("key", flat=True))


def test_a_programme_is_found_by_its_title_until_it_is_retired(db: None) -> None:
    starter.load(now=NOW)
    programme = InductionProgramme.objects.filter(versions__state="published").first()
    key = f"programme:{programme.code}"
    assert key in refreshed()
    programme.title = "Onboarding of falconers"
    programme.save()
    assert key in refreshed()
    assert [entry.key for entry in search("falconers")] == [key]
    reader = Client()
    reader.force_login(UserFactory(person=PersonFactory()), backend="bexley_ld.accounts.PortalBackend")
    page = reader.get(search("falconers")[0].url)
    assert page.status_code == 200
    assert "Onboarding of falconers" in page.content.decode()
    assert len(page.content) < 40_000
    programme.is_retired = True
    programme.save()
    assert key not in refreshed()
    assert reader.get(page.wsgi_request.path).status_code == 404


def test_a_new_portal_is_searched_at_once(db: None) -> None:
    call_command("load_starter_content", stdout=io.StringIO())
    assert search("newsdesk")[0].url == "/guides/scils/"


def test_a_part_that_cannot_be_read_keeps_what_it_told_before(db: None, caplog: pytest.LogCaptureFixture) -> None:
    def broken(today: dt.date) -> Iterator[Found]:
        yield Found("route:q01", "Half of it", "/")
        Page.objects.raw("no such words")[0]

    told = [Found("route:q01", "Open University", "/routes/q01/")]
    PageFactory(slug="parking", title="Parking")
    guides, routes = SOURCES[0], Source("Qualification route", lambda: "", lambda today: told)
    assert refresh_index(sources=[guides, routes], today=TODAY)
    PageFactory(slug="cycling", title="Cycling")
    assert refresh_index(sources=[guides, replace(routes, entries=broken)], today=TODAY)
    assert [entry.title for word in ("cycling", "parking", "open") for entry in search(word)] == [
        "Cycling",
        "Parking",
        "Open University",
    ]
    assert "search source failed: Qualification route" in caplog.text
    # Nothing else has changed when it is mended.
    told[0] = Found("route:q01", "Mended", "/routes/q01/")
    assert refresh_index(sources=[guides, routes], today=TODAY)
    assert search("mended")
    assert not refresh_index(sources=[guides, routes], today=TODAY)


def test_a_source_that_cannot_tell_whether_it_changed_is_read_anew_and_stops_no_other(
    db: None, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> object:
        return Page.objects.raw("no such words")[0]

    told = [Found("route:q01", "Open University", "/routes/q01/")]
    PageFactory(slug="parking", title="Parking")
    guides, routes = SOURCES[0], Source("Qualification route", broken, lambda today: told)
    assert refresh_index(sources=[guides, routes], today=TODAY)
    assert search("parking")
    assert "search source failed: Qualification route" in caplog.text
    told[0] = Found("route:q01", "Renamed", "/routes/q01/")
    assert refresh_index(sources=[guides, routes], today=TODAY)
    assert search("renamed")


def test_to_search_writes_nothing_and_needs_no_source(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    PageFactory(slug="parking", title="Parking")
    tasks.refresh_search()
    PageFactory(title="Changed since")
    monkeypatch.setattr(SearchIndex, "save", None)
    client.force_login(UserFactory())
    page = client.get(reverse("search"), {"q": "parking"})
    assert [entry.title for entry in page.context["page_obj"]] == ["Parking"]


def test_the_page_asks_as_many_queries_for_ten_hits_as_for_one(portal: None, client: Client) -> None:
    client.force_login(UserFactory())
    counts = []
    client.get(reverse("search"))  # the first page of a session asks more
    for query in ("newsdesk", "social work"):
        with CaptureQueriesContext(connection) as asked:
            page = client.get(reverse("search"), {"q": query})
        assert page.status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 10


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("“Nothing about us,  without us”", "nothing about us without us"),
        ("Coaching & Mentoring", "coaching and mentoring"),
        ("70:20:10", "70:20:10"),
        ("20 %", "20 %"),
        ("Café", "cafe"),
    ],
)
def test_two_ways_to_type_a_name_become_one(text: str, plain: str) -> None:
    assert normal(text) == plain


def test_all_words_have_to_be_there_and_a_title_counts_most() -> None:
    words = asked_words("coaching teams")
    assert score(words, "Coaches", "", "a team") > score(words, "", "", "coach the team") > 0
    assert score(words, "Coaches", "", "nobody else") == 0
