"""A person reads their own mail; nobody else's exists for them."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from notifications import links, registry, services
from notifications.models import OutgoingMail
from people.roles import Role
from tests.factories.notifications import OutgoingMailFactory
from tests.factories.people import PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
LIST = "/me/messages/"


@pytest.fixture
def user(client):
    user = UserFactory()
    client.force_login(user)
    return user


def own(user, **fields):
    return OutgoingMailFactory(recipient=user.person, **fields)


def test_the_address_is_kept():
    assert reverse("notifications:mail_list") == LIST


def test_mail_list_shows_own_mail_with_state_and_why(client, user):
    own(user, subject="Hold the review", state="sent", sent_at=timezone.now(), why="You manage the starter.")
    own(user, subject="Sign the plan", state="failed", reason="550 No such mailbox")
    OutgoingMailFactory(subject="Of somebody else")
    page = client.get(LIST).content.decode()
    for words in ("Hold the review", "You manage the starter.", "Sent", "Sign the plan", "Failed"):
        assert words in page
    assert "Of somebody else" not in page


def test_mail_list_says_until_when_a_mail_waits(client, user):
    mail = own(user, due_at=dt.datetime(2099, 3, 4, 8, tzinfo=dt.UTC))
    assert "Waiting until 4 March 2099" in client.get(LIST).content.decode()
    assert "Until 4 March 2099" in client.get(f"{LIST}{mail.pk}/").content.decode()


def test_my_details_lead_to_the_messages(client, user):
    assert f'href="{LIST}"' in client.get("/me/").content.decode()


def test_mail_list_says_when_there_is_none(client, user):
    assert "No messages yet" in client.get(LIST).content.decode()


def test_mail_detail_shows_the_words_escaped(client, user):
    mail = own(user, text_body="Hello <script>alert(1)</script>", state="failed", reason="550 No such mailbox")
    page = client.get(f"{LIST}{mail.pk}/").content.decode()
    assert "Hello &lt;script&gt;" in page
    assert "550 No such mailbox" in page


def test_mail_detail_says_when_the_words_are_gone(client, user):
    mail = own(user, text_body="", html_body="", state="sent")
    assert "removed after 90 days" in client.get(f"{LIST}{mail.pk}/").content.decode()


@pytest.mark.parametrize("roles", [[], [Role.LD_ADMIN], [Role.HEAD_OF_SERVICE]])
def test_somebody_elses_mail_is_not_there(client, roles):
    client.force_login(UserFactory(roles=roles))
    other = OutgoingMailFactory()
    assert client.get(f"{LIST}{other.pk}/").status_code == 404
    assert client.get(f"{LIST}{uuid.uuid4()}/").status_code == 404


def test_an_account_without_a_person_sees_none(client):
    client.force_login(UserFactory(person=None))
    OutgoingMailFactory(recipient=None, to_email="anchor@outside.example", subject="Anchor")
    assert "No messages yet" in client.get(LIST).content.decode()


def test_mail_list_takes_the_same_queries_with_more_rows(client, user):
    own(user)
    _queries_of(client)  # the first request notes the session
    few = _queries_of(client)
    for number in range(20):
        own(user, key=f"more:{number}")
    assert _queries_of(client) == few


def _queries_of(client):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(LIST).status_code == 200
    return len(queries)


ADMIN = "/admin/notifications/outgoingmail/"


@pytest.fixture
def ld_admin(client):
    user = UserFactory(is_staff=True, roles=[Role.LD_ADMIN])
    client.force_login(user)
    return user


def test_ld_sees_state_and_no_words(client, ld_admin):
    mail = OutgoingMailFactory(
        subject="Secret subject", text_body="Secret body", html_body="<p>Secret html</p>", why="Secret why"
    )
    for address in (ADMIN, f"{ADMIN}{mail.pk}/change/"):
        page = client.get(address).content.decode()
        assert "Both have agreed an induction plan" in page
        assert "Secret" not in page


OF_PATHWAYS = [code for code, kind in registry.kinds().items() if code.startswith("pathways.") and kind.pace != "line"]


@pytest.mark.parametrize("kind", OF_PATHWAYS)
def test_what_is_somebodys_own_is_not_told_beside_their_name(client, ld_admin, kind):
    title = registry.title_of(kind)
    mail = OutgoingMailFactory(kind=kind)
    for address in (ADMIN, f"{ADMIN}{mail.pk}/change/"):
        assert title not in client.get(address).content.decode()


def test_only_ld_searches_by_number(client, ld_admin):
    mail = OutgoingMailFactory(recipient__employee_number="E90417")
    opened = f"{ADMIN}{mail.pk}/change/"
    assert opened in client.get(ADMIN, {"q": "E90417"}).content.decode()
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    assert opened in client.get(ADMIN).content.decode()
    assert opened not in client.get(ADMIN, {"q": "E90417"}).content.decode()


def test_ld_sends_failed_mail_again(client, ld_admin):
    failed = OutgoingMailFactory(state="failed", reason="550", attempts=3, first_tried_at=timezone.now())
    sent = OutgoingMailFactory(state="sent")
    data = {"action": "send_again", "_selected_action": [str(failed.pk), str(sent.pk)]}
    asked = client.post(ADMIN, data).content.decode()
    assert "Send 2 messages again?" in asked
    assert "cannot be called back" in asked
    assert OutgoingMail.objects.get(pk=failed.pk).state == "failed"
    page = client.post(ADMIN, {**data, "confirmed": "yes"}, follow=True).content.decode()

    assert "1 of 2 will be sent again" in page
    again = OutgoingMail.objects.get(pk=failed.pk)
    assert (again.state, again.key, again.attempts, again.reason) == ("queued", failed.key, 0, "")
    assert again.first_tried_at is None
    assert OutgoingMail.objects.get(pk=sent.pk).state == "sent"


@pytest.mark.parametrize("address", ["add/", "{pk}/delete/"])
def test_ld_neither_writes_nor_deletes_mail(client, ld_admin, address):
    mail = OutgoingMailFactory()
    assert client.get(ADMIN + address.format(pk=mail.pk)).status_code == 403


def test_another_member_of_staff_sees_no_mail_in_the_admin(client):
    client.force_login(UserFactory(is_staff=True))
    assert client.get(ADMIN).status_code == 403


NOW = dt.datetime(2027, 6, 1, 9, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("days", "state", "is_blanked"),
    [
        *((91, state, True) for state in ("sent", "joined", "failed", "dropped")),
        (89, "sent", False),
        (91, "queued", False),
    ],
)
def test_words_are_kept_for_90_days(days, state, is_blanked):
    mail = OutgoingMailFactory(state=state, created_at=NOW - dt.timedelta(days=days))
    assert services.blank_old_bodies(now=NOW) == int(is_blanked)
    assert services.blank_old_bodies(now=NOW) == 0
    mail.refresh_from_db()
    assert (mail.text_body == "", mail.html_body == "") == (is_blanked, is_blanked)
    assert mail.subject
    assert mail.why


@pytest.fixture
def demo(settings):
    settings.DEMO_MODE = True
    settings.ROOT_URLCONF = "tests.notifications.urls"


def test_the_demonstration_shows_everybodys_mail(client, user, demo):
    mail = OutgoingMailFactory(subject="Hold the review")
    assert "Hold the review" in client.get("/demo/mail/").content.decode()
    page = client.get(f"/demo/mail/{mail.pk}/")
    assert f'src="/demo/mail/{mail.pk}/html/"' in page.content.decode()
    assert "frame-src 'self'" in page["Content-Security-Policy"]


def test_the_preview_is_shut_in(client, user, demo):
    mail = OutgoingMailFactory(html_body='<p style="color: red">Hello</p>')
    page = client.get(f"/demo/mail/{mail.pk}/html/")
    policy = page["Content-Security-Policy"]
    assert page.content.decode() == '<p style="color: red">Hello</p>'
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert "style-src 'unsafe-inline'" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert page["X-Frame-Options"] == "SAMEORIGIN"


def test_whoever_asks_for_a_new_password_in_the_demonstration_reads_the_mail_without_signing_in(client, demo):
    mail = OutgoingMailFactory(subject="Set a new password")
    for address in ("", f"{mail.pk}/", f"{mail.pk}/html/"):
        assert client.get(f"/demo/mail/{address}").status_code == 200


def test_the_mail_of_the_demonstration_is_found_by_kind_and_by_person(client, demo):
    ada = PersonFactory(given_name="Ada", family_name="Test-Sample", search_name="ada test-sample")
    OutgoingMailFactory(subject="For Ada", recipient=ada, kind="digest")
    OutgoingMailFactory(subject="For another", kind="induction.plan_agreed")
    pages = {
        query: client.get(f"/demo/mail/?{query}").content.decode()
        for query in ("", "kind=digest", "who=ada+T", "who=nobody", "kind=nothing")
    }
    shown = {query: ("For Ada" in page, "For another" in page) for query, page in pages.items()}
    assert shown == {
        "": (True, True),
        "kind=digest": (True, False),
        "who=ada+T": (True, False),
        "who=nobody": (False, False),
        "kind=nothing": (True, True),
    }
    assert "No such mail" in pages["who=nobody"]


def test_the_demonstration_leads_to_the_one_click_page_as_the_mail_does(client, demo):
    mail = OutgoingMailFactory(kind="digest", is_routine=True, text_body=links.preferences_url())
    page = client.get(f"/demo/mail/{mail.pk}/").content.decode()
    assert page.count(f'href="{links.own_page(mail)}"') == 2
    assert client.get(links.own_page(mail)).status_code == 200


@pytest.mark.parametrize("address", ["", "{pk}/", "{pk}/html/"])
def test_outside_the_demonstration_there_is_no_such_page(client, user, settings, address):
    settings.ROOT_URLCONF = "tests.notifications.urls"
    mail = own(user)
    assert client.get("/demo/mail/" + address.format(pk=mail.pk)).status_code == 404
