"""The pages about people, as each kind of reader sees them."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEntry
from notifications.models import Bounce
from people.models import Cover, LineManagement, Person, SignedInSession, User
from people.roles import Role
from tests.factories.people import JobRoleFactory, PersonFactory, TeamFactory, UserFactory, cover, line, posting

pytestmark = [pytest.mark.django_db, pytest.mark.wide]
TOMORROW = dt.timedelta(days=1)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def team() -> dict[str, User]:
    """A manager with one report, their cover, a colleague, L&D, and the manager's own manager."""
    today = timezone.localdate()
    users = {
        name: UserFactory(person__given_name=name.capitalize(), person__family_name="Test-Sample")
        for name in ("person", "manager", "boss", "covering", "colleague", "former")
    }
    users["learning"] = UserFactory(
        person__given_name="Lena", person__family_name="Demo-Test", roles=[Role.LD_ADMIN], is_staff=True
    )
    office, role = TeamFactory(name="Hospital Demo Team"), JobRoleFactory(title="Sample Worker")
    for user in users.values():
        posting(user.person, team=office, job_role=role)
    line(users["person"].person, users["former"].person, end=today - dt.timedelta(days=400))
    line(users["person"].person, users["manager"].person, start=today - dt.timedelta(days=399))
    line(users["manager"].person, users["boss"].person)
    cover(users["manager"].person, by=users["covering"].person, start=today, end=today + TOMORROW)
    return users


def test_my_page_shows_what_hr_holds_and_who_sees_it(team: dict[str, User]) -> None:
    page = signed_in(team["person"]).get(reverse("people:me")).content.decode()
    for words in (
        "Person Test-Sample",
        "Hospital Demo Team",
        "Sample Worker",
        "Manager Test-Sample, your line manager",
        "Covering Test-Sample, covering for Manager Test-Sample",
        "Heads of service",
        "this one",
    ):
        assert words in page, words


@pytest.mark.parametrize(
    ("reader", "sees_dates", "sees_account"),
    [
        ("person", True, False),
        ("manager", True, False),
        ("covering", True, False),
        ("boss", False, False),
        ("former", False, False),
        ("colleague", False, False),
        ("learning", True, True),
    ],
)
def test_a_persons_page_shows_each_reader_their_part(
    team: dict[str, User], reader: str, sees_dates: bool, sees_account: bool
) -> None:
    person = team["person"].person
    page = signed_in(team[reader]).get(reverse("people:person_detail", args=[person.pk])).content.decode()
    assert "Hospital Demo Team" in page
    assert (person.employee_number in page.replace(person.email, "")) is sees_dates
    assert ("Access roles" in page) is sees_account


def test_cover_that_is_over_shows_nothing_more(team: dict[str, User]) -> None:
    yesterday = timezone.localdate() - TOMORROW
    Cover.objects.update(start_date=yesterday, end_date=yesterday)
    page = signed_in(team["covering"]).get(reverse("people:person_detail", args=[team["person"].person.pk]))
    assert "Start date" not in page.content.decode()


def test_a_leaver_is_there_for_learning_only(team: dict[str, User]) -> None:
    gone = PersonFactory(deactivated_at=timezone.now(), leaving_date=dt.date(2026, 1, 31))
    url = reverse("people:person_detail", args=[gone.pk])
    assert signed_in(team["colleague"]).get(url).status_code == 404
    assert b"Left on 31 January 2026" in signed_in(team["learning"]).get(url).content


@pytest.mark.parametrize(
    ("reader", "sees"),
    [
        ("person", True),
        ("manager", True),
        ("boss", True),
        ("covering", True),
        ("learning", True),
        ("former", False),
        ("colleague", False),
    ],
)
def test_who_has_not_begun_is_seen_by_line_and_learning_only(team: dict[str, User], reader: str, sees: bool) -> None:
    person = team["person"].person
    url = reverse("people:person_detail", args=[person.pk])
    client = signed_in(team[reader])
    for start, seen in ((timezone.localdate() + TOMORROW, sees), (timezone.localdate(), True)):
        Person.objects.filter(pk=person.pk).update(start_date=start)
        assert (client.get(url).status_code == 200) is seen
        found = client.get(reverse("people:person_search"), {"q": "person"}).content.decode()
        assert (url in found) is seen
    Person.objects.filter(pk=person.pk).update(start_date=timezone.localdate() + TOMORROW)
    if reader == "person":
        assert "Every colleague, from your first day" in client.get(reverse("people:me")).content.decode()


def test_an_account_of_nobody_sees_nobody() -> None:
    superuser = User.objects.create_superuser("root@people.example")
    client = signed_in(superuser)
    person = PersonFactory()
    assert client.get(reverse("people:person_detail", args=[person.pk])).status_code == 404
    assert client.get(reverse("people:me")).status_code == 200
    assert person.full_name not in client.get(reverse("people:person_search")).content.decode()


@pytest.mark.parametrize("words", ["zoë", "ZOË", "hospital", "sample worker", "zoë hospital", "z.demo@"])
def test_search_finds_by_name_team_role_and_address(team: dict[str, User], words: str) -> None:
    zoe = PersonFactory(given_name="Zoë", family_name="Demo-Test", email="z.demo@people.example")
    posting(zoe, team=TeamFactory(name="Hospital Team Two"), job_role=JobRoleFactory(title="Sample Worker Two"))
    page = signed_in(team["colleague"]).get(reverse("people:person_search"), {"q": words})
    assert "Zoë Demo-Test" in page.content.decode()
    assert (
        "Nobody was found"
        in signed_in(team["colleague"]).get(reverse("people:person_search"), {"q": "nobody at all"}).content.decode()
    )


def test_script_in_a_name_is_text(team: dict[str, User]) -> None:
    PersonFactory(given_name="<script>alert(1)</script>", search_name="script")
    page = signed_in(team["colleague"]).get(reverse("people:person_search")).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.parametrize(
    "url",
    [
        "people:me_history",
        "people:cover_add",
        "notifications:preferences",
        "notifications:mail_list",
        "reminders:calendar",
        "account_change_password",
        "mfa_index",
    ],
)
def test_every_page_of_the_account_has_the_same_way_back(team: dict[str, User], url: str) -> None:
    page = signed_in(team["manager"]).get(reverse(url), follow=True).content.decode()
    crumbs = page[page.index('aria-label="Breadcrumb"') : page.index("</nav>", page.index('aria-label="Breadcrumb"'))]
    assert re.findall(r'href="([^"]+)">([^<]+)<', crumbs) == [
        (reverse("home"), "Home"),
        (reverse("people:me"), "My details"),
    ]


def test_whom_no_mail_reaches_learns_it_on_their_own_page_and_learning_on_theirs(team: dict[str, User]) -> None:
    words = "Mail to your work address comes back"
    mine = signed_in(team["person"])
    assert words not in mine.get(reverse("people:me")).content.decode()
    for days in (1, 2, 3):
        at = timezone.now() - dt.timedelta(days=days)
        Bounce.objects.create(address=team["person"].person.email.lower(), bounced_at=at, kind="hard")
    assert words in mine.get(reverse("people:me")).content.decode()
    url = reverse("people:person_detail", args=[team["person"].person_id])
    for who, told in (("learning", True), ("manager", False), ("colleague", False)):
        assert ("Mail to their address comes back" in signed_in(team[who]).get(url).content.decode()) is told


def test_my_page_leads_to_each_page_of_the_account_once(team: dict[str, User]) -> None:
    page = signed_in(team["manager"]).get(reverse("people:me")).content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    for url in ("notifications:preferences", "notifications:mail_list", "reminders:calendar", "mfa_index"):
        assert main.count(f'href="{reverse(url)}"') == 1, url


@pytest.mark.parametrize("url", ["people:me", "people:person_search", "people:me_history", "detail"])
def test_queries_stay_the_same_with_more_rows_and_within_ten(
    team: dict[str, User], url: str, django_assert_max_num_queries, django_assert_num_queries
) -> None:
    client = signed_in(team["learning"])
    path = reverse("people:person_detail", args=[team["person"].person.pk]) if url == "detail" else reverse(url)
    client.get(path)
    counts = []
    for number in (10, 100):
        for _ in range(number):
            posting(PersonFactory())
        with django_assert_max_num_queries(10) as queries:
            assert client.get(path).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_form_for_cover_says_optional_once(team: dict[str, User]) -> None:
    browser = signed_in(team["manager"])
    url = reverse("people:cover_add") + "?q=colleague"
    assert browser.get(url).content.decode().count("Why (optional)") == 1
    page = browser.post(url, {"reason": ""}).content.decode()
    assert "(optional) (optional)" not in page
    assert "Choose a person<" in page
    assert "Choose a person." not in page


@pytest.mark.parametrize(
    ("who", "page", "of"), [("manager", "cover_add", None), ("learning", "manager_change", "person")]
)
def test_a_search_without_words_says_what_to_enter(team: dict[str, User], who: str, page: str, of: str | None) -> None:
    client = signed_in(team[who])
    url = reverse(f"people:{page}", args=[team[of].person_id] if of else [])
    hint = "Enter part of the name, the team, the job role or the address"
    assert hint in client.get(url, {"q": " "}).content.decode()
    assert hint not in client.get(url).content.decode()
    assert hint not in client.get(url, {"q": "colleague"}).content.decode()


def test_a_manager_names_cover_and_ends_it(team: dict[str, User]) -> None:
    Cover.objects.all().delete()
    client = signed_in(team["manager"])
    url = reverse("people:cover_add") + "?q=colleague"
    assert b"Colleague Test-Sample" in client.get(url).content
    first, last = timezone.localdate(), timezone.localdate() + dt.timedelta(days=6)
    data = {"person": team["colleague"].person.pk, "reason": "Away"}
    for name, day in (("start_date", first), ("end_date", last)):
        data |= {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}
    assert client.post(url, data).status_code == 302
    row = Cover.objects.get()
    assert (row.cover, row.start_date, row.end_date) == (team["colleague"].person, first, last)
    again = client.post(url, data)
    assert again.status_code == 200
    assert b"covers in these days already" in again.content
    assert client.post(reverse("people:cover_end", args=[row.pk])).status_code == 302
    assert not Cover.objects.exists()
    assert list(
        AuditEntry.objects.filter(chain=f"person:{team['manager'].person_id}").values_list("verb", flat=True)
    ) == ["people.cover_named", "people.cover_ended"]


def test_cover_is_offered_to_whoever_has_a_team_alone(team: dict[str, User]) -> None:
    url = reverse("people:cover_add")
    for who, status in (("manager", 200), ("colleague", 403)):
        client = signed_in(team[who])
        assert (url in client.get(reverse("people:me")).content.decode()) is (status == 200)
        assert client.get(url).status_code == status
    answer = client.post(url + "?q=person", {"person": team["person"].person_id})
    assert answer.status_code == 403
    assert "Nobody reports to you today, so there is nothing to cover." in answer.content.decode()
    learning = signed_in(team["learning"])
    for who, status in (("manager", 200), ("colleague", 403)):
        url = reverse("people:cover_add_for", args=[team[who].person_id])
        page = learning.get(reverse("people:person_detail", args=[team[who].person_id])).content.decode()
        assert (url in page) is (status == 200)
        assert learning.get(url).status_code == status


def test_others_can_neither_name_nor_end_cover_for_a_manager(team: dict[str, User]) -> None:
    client = signed_in(team["colleague"])
    assert client.get(reverse("people:cover_add_for", args=[team["manager"].person_id])).status_code == 404
    row = Cover.objects.get()
    assert client.post(reverse("people:cover_end", args=[row.pk])).status_code == 404
    assert Cover.objects.filter(pk=row.pk, end_date=row.end_date).exists()


def test_learning_changes_a_manager_and_nobody_else_does(team: dict[str, User]) -> None:
    url = reverse("people:manager_change", args=[team["person"].person_id]) + "?q=boss"
    today = timezone.localdate()
    data = {
        "person": team["boss"].person_id,
        "from_date_day": today.day,
        "from_date_month": today.month,
        "from_date_year": today.year,
    }
    assert signed_in(team["manager"]).post(url, data).status_code == 404
    assert signed_in(team["learning"]).post(url, data).status_code == 302
    old, new = LineManagement.objects.filter(person=team["person"].person).order_by("-start_date")[:2][::-1]
    assert (old.end_date, new.start_date, new.manager) == (today - TOMORROW, today, team["boss"].person)


def test_history_tells_who_did_what(team: dict[str, User]) -> None:
    test_learning_changes_a_manager_and_nobody_else_does(team)
    page = signed_in(team["person"]).get(reverse("people:me_history")).content.decode()
    assert "Lena Demo-Test" in page
    assert "changed your line manager" in page


def test_i_end_my_other_session_and_no_one_elses(team: dict[str, User]) -> None:
    here, there = signed_in(team["person"]), signed_in(team["person"])
    stranger = signed_in(team["colleague"])
    for client in (here, there, stranger):
        client.get(reverse("people:me"))
    key = there.session.session_key
    from people.views.me import fingerprint  # noqa: PLC0415

    assert stranger.post(reverse("people:session_end", args=[fingerprint(key)])).status_code == 302
    assert there.get(reverse("people:me")).status_code == 200
    assert key not in here.get(reverse("people:me")).content.decode()
    assert here.post(reverse("people:session_end", args=[fingerprint(key)])).status_code == 302
    assert there.get(reverse("people:me")).status_code == 302
    assert here.get(reverse("people:me")).status_code == 200
    assert Person.objects.count()


def test_of_many_sessions_this_one_and_the_newest_are_listed(team: dict[str, User]) -> None:
    here = signed_in(team["person"])
    here.get(reverse("people:me"))
    now = timezone.now()
    for number in range(7):
        other = signed_in(team["person"]).session.session_key
        seen = now + dt.timedelta(minutes=number) if number else None
        browser = f"Browser {number}" if number else ""
        SignedInSession.objects.filter(pk=other).update(seen_at=seen, browser=browser)
    page = here.get(reverse("people:me"))
    shown = [session["browser"] for session in page.context["sessions"]]
    assert page.context["sessions"][0]["is_this"]
    assert shown[1:] == ["Just signed in", "Browser 6", "Browser 5", "Browser 4"]
    assert "And 3 more" in page.content.decode()
    assert "Sign out everywhere else" in page.content.decode()
    here.post(reverse("people:sessions_end"))
    page = here.get(reverse("people:me"))
    assert len(page.context["sessions"]) == 1
    assert " more, seen earlier" not in page.content.decode()
