"""Mail about accounts, and about what others changed in who sees a person or in the address they sign in with."""

from __future__ import annotations

from collections.abc import Sequence

from notifications import emails
from notifications.kinds import MessageKind, Pace
from people.models import Person
from people.notices import AddressChanged, Days, LineChange, LinesChanged

ADDRESS_WHY = "HR's file changed the address of your account."
COVER = "people.cover_changed"
LINE = "people.line_changed"
LINE_WHY = "It is about you or someone whom you manage or managed. The person and both line managers are told."
ADDRESS = "people.address_changed"

KINDS = (
    MessageKind(
        code="account.password_reset_key",
        title="New password",
        trigger="someone asks for a new password for your account",
        pace=Pace.NOW,
        must_send="You asked for it.",
    ),
    MessageKind(
        code=ADDRESS,
        title="Another address for your account",
        trigger="HR’s file changes the address that you sign in with",
        pace=Pace.NOW,
        must_send="It guards your account: you would want to know if it was a mistake.",
    ),
    MessageKind(
        code=LINE,
        title="Another line manager",
        trigger="Learning and Development or HR’s file names another line manager for you, or for someone of your team",
        must_send="It changes who can see your records.",
    ),
    MessageKind(
        code=COVER,
        title="Cover",
        trigger="cover for you, by you or for your line manager is named, gets other days or ends",
        must_send="It changes who sees and signs for whom.",
        is_held=True,
    ),
)
_BY_CODE = {kind.code: kind for kind in KINDS}


def lines_changed(recipient: Person, notice: LinesChanged, changes: Sequence[LineChange]) -> emails.Content:
    """What one act or one file changed, as far as it concerns the recipient: these of its changes."""
    is_own = any(one.person == recipient for one in changes)
    context = {"recipient": recipient, "notice": notice, "changes": changes, "is_own": is_own, "why": LINE_WHY}
    return emails.render("bexley_ld/emails/line_changed", context, kind=_BY_CODE[LINE])


def why_cover(recipient: Person, *, manager: Person, cover: Person) -> str:
    """Why the recipient hears of it, and who else does."""
    if recipient == cover:
        return "You are named to cover, or were. The manager for whom you cover knows it too."
    if recipient == manager:
        return "It is about cover for you. Whoever covers knows it too."
    return "It is about cover for your line manager. The two of them know it too, and everyone else in the team."


def cover_changed(
    recipient: Person, *, manager: Person, cover: Person, by: Person, before: Sequence[Days], after: Sequence[Days]
) -> emails.Content:
    """Cover as it stands when the message leaves, beside what its reader knew; both are never the same."""
    context = {
        "recipient": recipient,
        "manager": manager,
        "cover": cover,
        "by": by,
        "before": before,
        "after": after,
        "why": why_cover(recipient, manager=manager, cover=cover),
    }
    return emails.render("bexley_ld/emails/cover_changed", context, kind=_BY_CODE[COVER])


def address_changed(notice: AddressChanged, *, is_old: bool) -> emails.Content:
    """To one of the two addresses: whoever loses an account by mistake or malice still reads the old one."""
    context = {"notice": notice, "why": ADDRESS_WHY, "is_old": is_old}
    return emails.render("bexley_ld/emails/address_changed", context, kind=_BY_CODE[ADDRESS])
