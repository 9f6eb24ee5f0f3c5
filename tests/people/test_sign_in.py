"""Signing in: the limiter, sessions and their limits, kept forms, resets."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from bexley_ld.accounts import WAITING, PortalBackend
from notifications import emails
from notifications.models import OutgoingMail
from people.models import KeptForm, SignedInSession, SignInAttempt, User
from people.roles import Role
from people.rules.sign_in import delay, is_refused
from people.services import end_sessions, grant_role, remove_role
from people.services.kept_forms import MOST_A_PERSON, keep_form
from people.services.sign_in import begin_attempt
from tests.factories.people import PASSWORD, PersonFactory, UserFactory, line

pytestmark = [pytest.mark.django_db, pytest.mark.wide]
NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
WRONG = "The e-mail address or the password is not right"


@pytest.fixture(autouse=True)
def _cheap_passwords(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr("bexley_ld.accounts.time.sleep", lambda seconds: None)


@pytest.fixture
def user() -> User:
    user = UserFactory(person__given_name="Ada", person__family_name="Test-Sample")
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client: Client, email: str, password: str = PASSWORD, address: str = "10.0.0.1", **data: str):
    form = {"login": email, "password": password} | data
    return client.post(reverse("account_login"), form, REMOTE_ADDR=address)


def at(minutes: float) -> time_machine.travel:
    return time_machine.travel(NOW + dt.timedelta(minutes=minutes), tick=False)


def test_the_right_password_signs_in(user: User) -> None:
    client = Client()
    assert sign_in(client, user.email.upper()).status_code == 302
    assert client.get(reverse("people:me")).status_code == 200
    assert not SignInAttempt.objects.exists()


def test_ten_failures_then_even_the_right_password_is_refused_for_a_quarter_of_an_hour(user: User) -> None:
    for n in range(10):
        with at(n / 3):
            assert WRONG in sign_in(Client(), user.email, "wrong").content.decode()
    with at(5):
        answer = sign_in(Client(), user.email)
        assert answer.status_code == 200
        assert WRONG in answer.content.decode()
        # From another address the colleague gets in: nobody can shut them out.
        assert sign_in(Client(), user.email, address="10.0.0.2").status_code == 302
    with at(3 + 14.9):
        assert sign_in(Client(), user.email).status_code == 200
    with at(3 + 15.1):
        assert sign_in(Client(), user.email).status_code == 302


def test_nine_failures_and_slow_failures_refuse_nobody(user: User) -> None:
    for n in range(9):
        with at(n / 10):
            sign_in(Client(), user.email, "wrong")
    with at(1):
        assert sign_in(Client(), user.email).status_code == 302
    for n in range(12):
        with at(10 + n):
            sign_in(Client(), user.email, "wrong")
    with at(22):
        assert sign_in(Client(), user.email).status_code == 302


@pytest.mark.parametrize(
    ("seconds", "now", "refused"),
    [
        ([0] * 9, 1, False),
        ([0] * 10, 1, True),
        ([0] * 10, 899, True),
        ([0] * 10, 900, False),
        ([n * 33 for n in range(10)], 300, True),
        ([n * 34 for n in range(10)], 306, False),
    ],
)
def test_when_guessing_is_refused(seconds: list[int], now: int, refused: bool) -> None:
    failures = [NOW + dt.timedelta(seconds=s) for s in seconds]
    assert is_refused(failures, now=NOW + dt.timedelta(seconds=now)) is refused


def test_an_account_is_slowed_down_from_everywhere_but_never_locked() -> None:
    for n in range(60):
        attempt = begin_attempt(account="a@people.example", address=f"10.0.1.{n}", now=NOW)
        assert not attempt.is_refused
    assert 0 < attempt.delay <= 2
    assert delay(10) == 0
    assert delay(10_000) == 2
    assert not SignInAttempt.objects.filter(account_hash__contains="people").exists()


def test_guesses_from_many_addresses_hide_none_of_them() -> None:
    """Ten guesses from each of fifty-one addresses: every one of them is refused."""
    for n in range(51 * 10):
        begin_attempt(account="a@people.example", address=f"10.0.2.{n % 51}", now=NOW + dt.timedelta(seconds=n / 10))
    later = NOW + dt.timedelta(minutes=2)
    assert all(
        begin_attempt(account="a@people.example", address=f"10.0.2.{n}", now=later).is_refused for n in range(51)
    )
    assert not begin_attempt(account="a@people.example", address="10.0.3.1", now=later).is_refused


@pytest.mark.parametrize("who", ["unknown", "no password", "deactivated", "wrong"])
def test_every_refusal_reads_the_same_and_costs_the_same(user: User, who: str, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = sign_in(Client(), user.email, "wrong").content.decode().replace(user.email, "")
    email = user.email
    if who == "unknown":
        email = "nobody@people.example"
    elif who == "no password":
        user.set_unusable_password()
        user.save()
    elif who == "deactivated":
        User.objects.update(is_active=False)
    hashed = []
    encode = "django.contrib.auth.hashers.MD5PasswordHasher.encode"
    from django.contrib.auth.hashers import MD5PasswordHasher  # noqa: PLC0415

    real = MD5PasswordHasher.encode
    monkeypatch.setattr(encode, lambda *args: hashed.append(1) or real(*args))
    answer = sign_in(Client(), email, "wrong" if who != "deactivated" else PASSWORD)
    assert answer.status_code == 200
    page = answer.content.decode().replace(email, "")
    assert _without_token(page) == _without_token(expected)
    assert len(hashed) == 1


def _without_token(page: str) -> str:
    return "".join(line for line in page.splitlines() if "csrfmiddlewaretoken" not in line)


def test_a_demonstration_account_works_in_the_demonstration_only(user: User, settings) -> None:
    User.objects.update(is_demo=True)
    assert sign_in(Client(), user.email).status_code == 302
    settings.PORTAL_MODE = "production"
    assert sign_in(Client(), user.email).status_code == 200
    assert PortalBackend().get_user(user.pk) is None


def test_the_account_comes_with_its_person_in_one_query(user: User, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        assert PortalBackend().get_user(user.pk).get_full_name() == "Ada Test-Sample"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_next_never_leads_to_another_host(user: User, target: str) -> None:
    answer = sign_in(Client(), user.email, next=target)
    assert answer.status_code == 302
    assert "evil" not in answer["Location"]
    assert "javascript" not in answer["Location"]


def test_next_leads_to_our_own_page(user: User) -> None:
    assert sign_in(Client(), user.email, next="/people/")["Location"] == "/people/"


def test_the_admins_own_login_is_the_portals() -> None:
    answer = Client().post("/admin/login/", {"username": "a@people.example", "password": "x"})
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


def test_the_admins_own_change_of_password_is_the_portals() -> None:
    """Django's own page would let a stolen session guess the password without a limit."""
    client = Client()
    client.force_login(UserFactory(is_staff=True, roles=[Role.LD_ADMIN]))
    for answer in (
        client.get("/admin/password_change/"),
        client.post("/admin/password_change/", {"old_password": "x"}),
    ):
        assert answer.status_code == 302
        assert answer["Location"] == reverse("account_change_password")


@pytest.mark.parametrize(
    ("path", "minutes", "is_in"),
    [("people:me", 59, True), ("people:me", 60, False), ("admin:index", 29, True), ("admin:index", 30, False)],
)
def test_an_idle_session_ends(path: str, minutes: int, is_in: bool) -> None:
    client = Client()
    with at(0):
        client.force_login(UserFactory(is_staff=True, roles=[Role.LD_ADMIN]))
        client.get(reverse(path))
    with at(minutes):
        answer = client.get(reverse(path))
    assert (answer.status_code == 200) is is_in


def test_a_session_ends_after_twelve_hours_however_busy(user: User) -> None:
    line(PersonFactory(), user.person)
    client = Client()
    with at(0):
        client.force_login(user)
    for minutes in range(0, 720, 50):
        with at(minutes):
            assert client.get(reverse("people:me")).status_code == 200
    with at(720):
        assert client.get(reverse("people:me")).status_code == 302


def test_the_idle_stamp_is_written_every_five_minutes_at_most(user: User) -> None:
    client = Client()
    with at(0):
        client.force_login(user)
    stamps = set()
    for minutes in range(0, 10):
        with at(minutes):
            client.get(reverse("people:me"))
        stamps.add(SignedInSession.objects.get().seen_at)
    assert stamps == {NOW, NOW + dt.timedelta(minutes=5)}


def test_sessions_end_with_the_role_and_the_password(user: User) -> None:
    admin = UserFactory(roles=[Role.LD_ADMIN])
    client = Client()
    client.force_login(user)
    grant_role(user=user, role=Role.COACH, reason="Trained", by=admin, now=NOW)
    assert client.get(reverse("people:me")).status_code == 200
    remove_role(user=user, role=Role.COACH, by=admin, now=NOW)
    assert client.get(reverse("people:me")).status_code == 302
    here, there = Client(), Client()
    for browser in (here, there):
        browser.force_login(user)
    data = {"oldpassword": PASSWORD, "password1": "violet kettle orbit", "password2": "violet kettle orbit"}
    assert here.post(reverse("account_change_password"), data).status_code == 302
    assert here.get(reverse("people:me")).status_code == 200
    assert there.get(reverse("people:me")).status_code == 302


def late_post(client: Client, text: str = "A long note") -> str:
    """A form sent after its session has gone; answers where the browser is sent."""
    data = {"q": text, "reason": "Why", "password": "secret", "form_key": "k", "act": "mark_ready"}
    return client.post(reverse("people:cover_add") + "?q=x", data)["Location"]


@pytest.mark.parametrize("how", ["idle", "ended"])
def test_a_late_form_is_kept_for_the_same_person_only(user: User, how: str) -> None:
    client = Client()
    with at(0):
        client.force_login(user)
        client.get(reverse("people:me"))
        if how == "ended":
            end_sessions(user=user)
    with at(61 if how == "idle" else 1):
        location = late_post(client)
        assert location.startswith(reverse("account_login"))
        kept = KeptForm.objects.get()
        assert kept.user == user
        assert "secret" not in str(kept.fields)
        path = "/" + location.partition("%2F")[2].replace("%2F", "/").replace("%3D", "=")
        stranger = Client()
        stranger.force_login(UserFactory())
        assert stranger.get(path).status_code == 404
        answer = sign_in(client, user.email, next=path)
        page = client.get(answer["Location"]).content.decode()
        assert "A long note" in page
        assert 'name="act" value="mark_ready"' in page
        # What a button says goes along, but is not among the words that were typed.
        assert page.count("mark_ready") == 1
        assert f'action="{reverse("people:cover_add")}?q=x"' in page
        token = path.strip("/").rsplit("/", 1)[-1]
        client.post(reverse("people:cover_add") + "?q=x", {"kept_form": token, "reason": "Why"})
        assert not KeptForm.objects.exists()


def test_a_strangers_late_form_is_not_kept() -> None:
    assert "kept" not in late_post(Client())
    assert not KeptForm.objects.exists()


def test_a_reset_goes_through_the_outbox_and_says_the_same_to_everyone(user: User, settings) -> None:
    settings.SITE_URL = "https://learning.example"
    url = reverse("account_reset_password")
    known = Client().post(url, {"email": user.email}, follow=True, headers={"host": "testserver"})
    unknown = Client().post(url, {"email": "nobody@people.example"}, follow=True)
    assert _without_token(known.content.decode()) == _without_token(unknown.content.decode())
    mail = OutgoingMail.objects.get()
    assert mail.recipient == user.person
    link = next(word for word in mail.text_body.split() if word.startswith("https://learning.example/account/"))
    client = Client()
    form = client.get(link.removeprefix("https://learning.example"), follow=True)
    action = form.request["PATH_INFO"]
    new = {"password1": "violet kettle orbit", "password2": "violet kettle orbit"}
    assert client.post(action, new).status_code == 302
    assert sign_in(Client(), user.email, "violet kettle orbit").status_code == 302
    again = Client().get(link.removeprefix("https://learning.example"), follow=True)
    assert b"does not work any more" in again.content


def test_a_reset_is_written_for_everyone_and_asked_five_times_an_hour(
    user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    written, real = [], emails.render
    monkeypatch.setattr(emails, "render", lambda *args, **more: written.append(1) or real(*args, **more))
    for email in (user.email, "nobody@people.example"):
        for number in range(7):
            with at(number * 6):
                assert Client().post(reverse("account_reset_password"), {"email": email}).status_code == 302
        assert len(written) == 5
        written.clear()
    assert OutgoingMail.objects.count() == 5
    with at(61):
        Client().post(reverse("account_reset_password"), {"email": user.email})
    assert OutgoingMail.objects.count() == 6


def test_what_is_refused_already_costs_nothing(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(10):
        sign_in(Client(), user.email, "wrong")
    for name in (
        "bexley_ld.accounts.time.sleep",
        "people.models.User.check_password",
        "people.models.User.set_password",
    ):
        monkeypatch.setattr(name, lambda *args: pytest.fail("A refused attempt waits for nothing."))
    assert WRONG in sign_in(Client(), user.email).content.decode()


def test_only_two_attempts_of_a_process_wait_at_a_time(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("people.services.sign_in.rules.delay", lambda failures: 1.0)
    waited = []
    monkeypatch.setattr("bexley_ld.accounts.time.sleep", waited.append)
    sign_in(Client(), user.email)
    assert waited == [1.0]
    with WAITING, WAITING:
        assert sign_in(Client(), user.email).status_code == 302
    assert waited == [1.0]


def test_a_reset_link_works_for_one_hour(user: User) -> None:
    with at(0):
        Client().post(reverse("account_reset_password"), {"email": user.email})
    link = next(w for w in OutgoingMail.objects.get().text_body.split() if "/account/password/reset/key/" in w)
    path = "/account/" + link.partition("/account/")[2]
    with at(59):
        assert b"Choose a new password" in Client().get(path, follow=True).content
    with at(61):
        assert b"does not work any more" in Client().get(path, follow=True).content


@pytest.mark.parametrize(
    "password", ["bexley for ever and ever", "Council-2026-Council!", "my.portal.is.mine", "zebediah likes tea"]
)
def test_passwords_built_on_what_everyone_knows_are_refused(password: str) -> None:
    user = UserFactory(person=PersonFactory(given_name="Zebediah"))
    with pytest.raises(ValidationError):
        validate_password(password, user)
    validate_password("violet kettle orbit", user)


def test_a_banner_ends_with_its_session(user: User) -> None:
    client = Client()
    client.force_login(user)
    client.post(reverse("people:sessions_end"))
    assert client.post(reverse("account_logout")).status_code == 302
    page = client.get(reverse("account_login"), follow=True).content.decode()
    assert "You are signed out everywhere else" not in page


def test_the_newest_late_form_is_kept(user: User) -> None:
    for number in range(MOST_A_PERSON + 2):
        assert keep_form(
            user_id=user.pk, path="/", fields=[("note", str(number))], now=NOW + dt.timedelta(seconds=number)
        )
    kept = [form.fields[0][1] for form in KeptForm.objects.order_by("created_at")]
    assert kept == [str(number) for number in range(2, MOST_A_PERSON + 2)]


def test_who_was_here_last_is_bound_to_the_host_in_production(user: User, settings) -> None:
    settings.SESSION_COOKIE_SECURE = True
    client = Client()
    client.force_login(user)
    client.get(reverse("people:me"), secure=True)
    cookie = client.cookies["__Host-last_person"]
    assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
