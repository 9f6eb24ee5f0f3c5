"""Mail about accounts, and about what others changed in who sees a person or in the address they sign in with."""

from __future__ import annotations

import datetime as dt

from notifications import emails
from notifications import services as mail
from notifications.kinds import MessageKind, Pace
from people.models import Person
from people.notices import AddressChanged, CoverChanged, LineChanged, Notice

LINE_WHY = "Learning and Development changed who is line manager or cover."
ADDRESS_WHY = "HR's file changed the address of your account."

KINDS = (
    MessageKind(
        code="account.password_reset_key",
        title="New password",
        trigger="someone asks for a new password for your account",
        pace=Pace.NOW,
        must_send="You asked for it.",
    ),
    MessageKind(
        code="people.address_changed",
        title="Another address for your account",
        trigger="HR’s file changes the address that you sign in with",
        pace=Pace.NOW,
        must_send="It guards your account: you would want to know if it was a mistake.",
    ),
    MessageKind(
        code="people.line_changed",
        title="Another line manager",
        trigger="Learning and Development names another line manager for you or of you",
        must_send="It changes who can see your records.",
    ),
    MessageKind(
        code="people.cover_changed",
        title="Cover",
        trigger="cover for you, by you or for your line manager is named or ends",
        must_send="It changes who can see your records.",
    ),
)


def send(notice: Notice, now: dt.datetime) -> None:
    """Everyone concerned except whoever did it, who knows."""
    if isinstance(notice, AddressChanged):
        _address(notice, now)
        return
    if isinstance(notice, LineChanged):
        kind, subject = "people.line_changed", notice.person.pk
        people = [notice.person, notice.old, notice.new]
    else:
        kind, subject = "people.cover_changed", notice.cover.manager_id
        people = [notice.cover.manager, notice.cover.cover, *notice.reports]
    told = {person.pk: person for person in people if person and person.is_active and person.pk != notice.by.pk}
    mail.queue_many([_mail(kind, subject, person, notice, now) for person in told.values()], now=now)


def _mail(
    kind: str, subject: int, person: Person, notice: LineChanged | CoverChanged, now: dt.datetime
) -> mail.NewMail:
    content = emails.render(
        f"bexley_ld/emails/{kind.partition('.')[2]}", {"recipient": person, "notice": notice, "why": LINE_WHY}
    )
    return mail.NewMail(
        key=f"{kind}:{subject}:{person.pk}:{now.isoformat()}",
        kind=kind,
        recipient=person,
        subject=content.subject,
        text_body=content.text_body,
        html_body=content.html_body,
        why=LINE_WHY,
    )


def _address(notice: AddressChanged, now: dt.datetime) -> None:
    """To both addresses: whoever loses an account by mistake or malice still reads the old one."""
    for address in (notice.old, notice.new):
        content = emails.render(
            "bexley_ld/emails/address_changed", {"notice": notice, "why": ADDRESS_WHY, "is_old": address == notice.old}
        )
        mail.queue_to_address(
            key=f"people.address_changed:{notice.person.pk}:{address}:{now.isoformat()}",
            kind="people.address_changed",
            address=address,
            content=content,
            why=ADDRESS_WHY,
            now=now,
        )
