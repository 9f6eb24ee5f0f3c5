"""The history in the admin: who, what, when; nobody reads its words there and nobody changes it."""

import datetime as dt

import pytest

from audit.models import AuditEntry
from audit.services import record
from audit.verbs import PRIVATE, in_words
from people.roles import Role
from tests.factories.people import PersonFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.wide]
ADMIN = "/admin/audit/auditentry/"


@pytest.fixture
def entry():
    return record(
        by=PersonFactory(given_name="Ada", family_name="Test-Sample"),
        verb="induction.signed_off",
        subject=None,
        chain="person:7",
        now=dt.datetime(2027, 3, 4, 9, 30, tzinfo=dt.UTC),
        facts={"note": "Secret facts"},
        text="Secret words",
    )


WHO = [
    ({"is_staff": True, "is_superuser": True}, 200),
    ({"is_staff": True, "roles": [Role.LD_ADMIN]}, 200),
    ({"is_staff": True, "roles": [Role.HEAD_OF_SERVICE]}, 403),
    ({"is_staff": True}, 403),
    ({"roles": [Role.LD_ADMIN]}, 302),
]


@pytest.mark.parametrize(("account", "status"), WHO)
def test_who_sees_that_something_was_done(client, entry, account, status):
    client.force_login(UserFactory(**account))
    for address in (ADMIN, f"{ADMIN}{entry.pk}/change/"):
        response = client.get(address)
        assert response.status_code == status
        assert "Secret" not in response.content.decode()
        assert ("Signed an item off" in response.content.decode()) == (status == 200)


@pytest.mark.parametrize("account", [{"is_superuser": True}, {"roles": [Role.LD_ADMIN]}])
@pytest.mark.parametrize("verb", sorted(PRIVATE))
def test_what_a_person_keeps_to_themself_is_not_in_the_list(client, entry, account, verb):
    person = PersonFactory()
    private = record(by=person, verb=verb, subject=None, chain="person:8", now=entry.at)
    client.force_login(UserFactory(is_staff=True, **account))
    page = client.get(ADMIN).content.decode()
    assert "Signed an item off" in page
    assert verb not in page
    assert in_words(verb).capitalize() not in page
    assert client.get(f"{ADMIN}{private.pk}/change/").status_code == 302


@pytest.mark.parametrize("address", ["add/", "{pk}/delete/"])
def test_nobody_writes_history_by_hand(client, entry, address):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    assert client.get(ADMIN + address.format(pk=entry.pk)).status_code == 403
    client.post(f"{ADMIN}{entry.pk}/change/", {"verb": "induction.other"})
    assert AuditEntry.objects.get().verb == "induction.signed_off"


def test_the_history_panel_reads_newest_first_with_its_words(entry, django_assert_num_queries):
    record(by=None, verb="induction.undone", subject=None, chain="person:7", now=entry.at)
    record(by=None, verb="induction.undone", subject=None, chain="person:8", now=entry.at)
    with django_assert_num_queries(1):
        rows = [
            (row.sequence, row.free_text.text if row.text_hash else "")
            for row in AuditEntry.objects.for_chain("person:7")
        ]
    assert rows == [(2, ""), (1, "Secret words")]
