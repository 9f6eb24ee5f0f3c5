"""The link in each routine mail that works without a sign-in: signed for one person, one kind, one purpose.

Every mail as it is stored leads to the page of preferences, behind the sign-in. Only the copy that leaves carries the
signed address, so that no key stands in the database. Source: RFC 8058, ruling 19.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.urls import reverse

from notifications.kinds import CODE
from notifications.models import Mailbox, OutgoingMail
from people.models import Person

_signer = signing.Signer(salt="notifications.unsubscribe")


@dataclass(frozen=True)
class Reader:
    """Whom a link speaks for, and about which kind of message."""

    person: Person
    kind: str


def token(*, person_id: int, kind: str, link_version: int) -> str:
    return _signer.sign_object([person_id, kind, link_version])


def read(text: str) -> Reader | None:
    """Whom a link speaks for; nothing for what is forged, revoked, or of somebody who has left."""
    try:
        person_id, kind, version = _signer.unsign_object(text)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    person = Person.objects.active().select_related("mailbox").filter(pk=person_id).first()
    if person is None or _version_of(person) != version or not CODE.fullmatch(kind):
        return None
    return Reader(person, kind)


def bodies(mail: OutgoingMail) -> tuple[str, str]:
    """Text and HTML as they leave: routine mail carries its reader's own link."""
    if not has_own_link(mail):
        return mail.text_body, mail.html_body
    return _with_own_link(mail, mail.text_body), _with_own_link(mail, mail.html_body)


def has_own_link(mail: OutgoingMail) -> bool:
    """Whether the mail carries a link that works without a sign-in."""
    return mail.is_routine and mail.recipient is not None


def own_page(mail: OutgoingMail) -> str:
    """The address that such a mail leads to."""
    return _url(mail, "notifications:unsubscribe")


def _with_own_link(mail: OutgoingMail, body: str) -> str:
    """The body with the reader's own link at its foot in place of the page behind the sign-in."""
    before, found, after = body.rpartition(preferences_url())
    return f"{before}{own_page(mail)}{after}" if found else body


def headers(mail: OutgoingMail) -> dict[str, str]:
    """What lets a mail program offer its own button for it."""
    address = _url(mail, "notifications:unsubscribe_one_click")
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def preferences_url() -> str:
    return f"{settings.SITE_URL}{reverse('notifications:preferences')}"


def _url(mail: OutgoingMail, name: str) -> str:
    person = mail.recipient
    if person is None:
        raise ValueError("Mail to an address outside has no link of its own.")
    key = token(person_id=person.pk, kind=mail.kind, link_version=_version_of(person))
    return f"{settings.SITE_URL}{reverse(name, args=[key])}"


def _version_of(person: Person) -> int:
    try:
        return person.mailbox.link_version
    except Mailbox.DoesNotExist:
        return 0
