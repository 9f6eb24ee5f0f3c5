"""A mistake in a guide: reported by a reader, told to whoever keeps it, dealt with in the admin."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bexley_ld.starter import load_groups
from content.models import MistakeReport, Page
from content.rules import MOST_REPORTED
from notifications.models import OutgoingMail
from people.models import Person
from people.roles import Role
from tests.factories.content import PageFactory
from tests.factories.people import PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
WORDS = "The Ofsted date is of the visit before."


def client_of(person: Person | None, *roles: str, **fields: Any) -> Client:
    client = Client()
    client.force_login(
        UserFactory(person=person, roles=list(roles), **fields), backend="bexley_ld.accounts.PortalBackend"
    )
    return client


@pytest.fixture
def learning() -> dict[str, Client]:
    """Two of Learning and Development, by given name."""
    load_groups()
    return {
        name: client_of(PersonFactory(given_name=name), Role.LD_ADMIN, is_staff=True) for name in ("Lena", "Keeper")
    }


@pytest.fixture
def guide() -> Page:
    return PageFactory(title="Ofsted", is_shown=True)


def report(client: Client, guide: Page, said: str = WORDS, key: uuid.UUID | None = None) -> Any:
    url = reverse("content:mistake_report", args=[guide.slug])
    return client.post(url, {"said": said, "form_key": key or uuid.uuid4()}, follow=True)


def told() -> set[str]:
    mails = OutgoingMail.objects.filter(kind="content.mistake_reported").select_related("recipient")
    return {mail.recipient.given_name for mail in mails}


@pytest.mark.parametrize(
    ("keeper", "expected"), [("Keeper", {"Keeper"}), ("", {"Lena", "Keeper"}), ("Gone", {"Lena", "Keeper"})]
)
def test_whoever_keeps_the_guide_is_told_and_else_all_who_may(
    learning: dict[str, Client], guide: Page, keeper: str, expected: set[str]
) -> None:
    guide.owner = Person.objects.filter(given_name=keeper).first() or (
        PersonFactory(given_name="Gone") if keeper else None
    )
    guide.save()
    reader = PersonFactory(given_name="Amara")
    client = client_of(reader)
    link = f'href="{reverse("content:mistake_report", args=[guide.slug])}"'
    assert link in client.get(guide.get_absolute_url()).content.decode()
    assert "Whoever keeps this guide has your report" in report(client, guide).content.decode()
    row = MistakeReport.objects.get()
    assert (row.page, row.person, row.said, row.state) == (guide, reader, WORDS, "open")
    assert told() == expected
    mail = OutgoingMail.objects.filter(kind="content.mistake_reported").first()
    assert mail is not None
    assert WORDS not in mail.text_body + mail.subject
    assert reverse("admin:content_mistakereport_change", args=[row.pk]) in mail.text_body


def test_the_same_form_twice_is_one_report(learning: dict[str, Client], guide: Page) -> None:
    client, key = client_of(PersonFactory()), uuid.uuid4()
    for _ in range(2):
        assert report(client, guide, key=key).status_code == 200
    assert MistakeReport.objects.count() == 1
    assert OutgoingMail.objects.filter(kind="content.mistake_reported").count() == 2


@pytest.mark.parametrize("key", ["", "mangled"])
def test_a_report_without_a_readable_key_is_kept(guide: Page, key: str) -> None:
    client, url = client_of(PersonFactory()), reverse("content:mistake_report", args=[guide.slug])
    for said in ("One", "Two"):
        assert client.post(url, {"said": said, "form_key": key}).status_code == 302
    assert set(MistakeReport.objects.values_list("said", flat=True)) == {"One", "Two"}


def test_a_key_that_was_used_for_something_else_loses_no_words(guide: Page) -> None:
    client, key = client_of(PersonFactory()), uuid.uuid4()
    other = PageFactory(is_shown=True)
    for sender, about, said in (
        (client, guide, "One"),
        (client, guide, "Two"),
        (client, other, "One"),
        (client_of(PersonFactory()), guide, "One"),
    ):
        assert "Thank you" in report(sender, about, said=said, key=key).content.decode()
    assert sorted(MistakeReport.objects.values_list("page", "said")) == sorted(
        [(guide.pk, "One"), (guide.pk, "Two"), (other.pk, "One"), (guide.pk, "One")]
    )


def test_what_is_empty_or_too_long_comes_back(guide: Page) -> None:
    client = client_of(PersonFactory())
    assert "Enter what is wrong" in report(client, guide, said=" ").content.decode()
    assert "must be 1,000 characters or fewer" in report(client, guide, said="x" * 1001).content.decode()
    assert not MistakeReport.objects.exists()


def test_nobody_floods_the_keepers(guide: Page) -> None:
    client = client_of(PersonFactory())
    for _ in range(MOST_REPORTED):
        assert report(client, guide).status_code == 200
    refused = report(client, guide, said="One more, kept for tomorrow")
    assert refused.status_code == 403
    assert "Report the next one tomorrow." in refused.content.decode()
    assert report(client_of(PersonFactory()), guide).status_code == 200
    MistakeReport.objects.update(reported_at=timezone.now() - dt.timedelta(days=1, minutes=1))
    assert report(client, guide).status_code == 200


def test_a_guide_that_is_not_shown_takes_no_report(guide: Page) -> None:
    Page.objects.update(is_shown=False)
    assert report(client_of(PersonFactory()), guide).status_code == 404


def test_an_account_of_nobody_is_told_why_it_cannot(guide: Page) -> None:
    client = client_of(None)
    assert "Report a mistake" not in client.get(guide.get_absolute_url()).content.decode()
    answer = client.get(reverse("content:mistake_report", args=[guide.slug]))
    assert answer.status_code == 403
    assert "belongs to no member of staff" in answer.content.decode()


def test_learning_reads_it_and_sets_it_to_dealt_with(learning: dict[str, Client], guide: Page) -> None:
    reader = PersonFactory(given_name="Amara")
    report(client_of(reader), guide)
    row = MistakeReport.objects.get()
    url = reverse("admin:content_mistakereport_change", args=[row.pk])
    assert WORDS in learning["Lena"].get(url).content.decode()
    assert WORDS in learning["Lena"].get(reverse("admin:content_mistakereport_changelist")).content.decode()
    assert learning["Lena"].post(url, {"state": "dealt_with"}).status_code == 302
    row.refresh_from_db()
    assert row.state == "dealt_with"
    assert row.dealt_with_at is not None
    assert row.dealt_with_by.given_name == "Lena"
    assert row.said == WORDS
    learning["Keeper"].post(url, {"state": "open"})
    row.refresh_from_db()
    assert (row.state, row.dealt_with_at, row.dealt_with_by) == ("open", None, None)
    assert client_of(PersonFactory(), is_staff=True).get(url).status_code in {302, 403}
