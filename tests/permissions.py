"""Who may do what: one structure from which `docs/roles.md` is written and every address is tested.

`python -m tests.permissions > docs/roles.md` writes the page anew; tests/guards/test_permissions.py asks each address
as each persona and compares. Letters: r read, w write one's own part while it is open, s decide, m that it exists with
state and dates, a counts with small groups left out. Source: reliability-and-security.md §2, ruling 21.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.personas import Scene

LETTERS = {
    "r": "read",
    "w": "write one's own part while it is open",
    "s": "decide or sign",
    "m": "that it exists, its state and dates",
    "a": "counts; small groups are left out",
}

PERSONAS = {
    "anonymous": "Anyone who is not signed in",
    "colleague": "Colleague",
    "person": "The person (a starter with a plan)",
    "manager": "Line manager now",
    "cover": "Cover for the line manager, within its dates",
    "other_manager": "Manager of someone else",
    "former_manager": "Line manager of earlier",
    "buddy": "Buddy of the starter",
    "higher": "Higher in the line",
    "head_of_service": "Head of service",
    "assessor": "ASYE assessor",
    "panel_member": "Panel member",
    "co_ordinator": "ASYE co-ordinator",
    "coach": "Coach or mentor",
    "ld_admin": "Learning and Development admin",
    "superuser": "Superuser without other roles",
    "deactivated": "Deactivated person",
}
OUTSIDE = {"anonymous", "deactivated"}
STAFF = [name for name in PERSONAS if name not in {*OUTSIDE, "superuser"}]
SIGNED_IN = [*STAFF, "superuser"]


@dataclass(frozen=True)
class Object:
    """A thing that someone may or may not see, and the rights of each persona; no letter means nothing."""

    title: str
    rights: Mapping[str, str]
    note: str = ""


def _rights(*everyone: str, **some: str) -> dict[str, str]:
    return {name: everyone[0] for name in SIGNED_IN} | some if everyone else some


_PAIR = {"person": "rw", "manager": "rw", "cover": "rw"}

OBJECTS: dict[str, Object] = {
    "home": Object("First page, statements, sign-out, own password and second factor", _rights("rw")),
    "contact": Object(
        "Name, team, job role, work contact",
        _rights(**dict.fromkeys(STAFF, "r")),
        "HR's file is where they come from; Learning and Development may look them up in the admin.",
    ),
    "hr": Object(
        "Start date, full-time equivalent, employee number, leaving date",
        {"person": "r", "manager": "r", "cover": "r", "ld_admin": "r"},
        "Changed by HR's file alone.",
    ),
    "own": Object("Own details, sessions, who can see me", _rights(**dict.fromkeys(STAFF, "rw"), superuser="r")),
    "own_cover": Object(
        "Name one's own cover",
        {"manager": "rw", "other_manager": "rw", "higher": "rw"},
        "Whoever manages someone today.",
    ),
    "calendar": Object(
        "Link to one's own calendar: made, renewed, switched off", _rights(**dict.fromkeys(STAFF, "rw"))
    ),
    "calendar_feed": Object(
        "What the link opens: dates of one person, in neutral words",
        _rights("r", anonymous="r", deactivated="r"),
        "Whoever has the secret address, signed in or not; it ends with the person's account.",
    ),
    "own_link": Object(
        "Choices about one kind of e-mail, by the signed link in it",
        _rights("rw"),
        "Whoever holds the link, signed in or not: it speaks for one person and one kind, and that person may stop it.",
    ),
    "cover": Object(
        "Cover between two days", {"manager": "rw", "cover": "rw", "ld_admin": "rw"}, "Either of the two may end it."
    ),
    "line": Object("Name a line manager between two of HR's files", {"ld_admin": "rw"}),
    "plan": Object(
        "Induction plan, checkpoints, reviews",
        {**_PAIR, "buddy": "m", "higher": "m", "head_of_service": "a", "ld_admin": "m"},
        "A buddy sees titles and dates; higher in the line, state and lateness; an earlier manager, nothing.",
    ),
    "decision": Object(
        "Sign-off of a checkpoint, signature under a review or plan",
        {"person": "rs", "manager": "rs", "cover": "rs", "ld_admin": "m"},
        "Two signatures, never the same person's; a manager's own plan is signed by their manager. "
        "Cover signs in its own name, for the manager.",
    ),
    "dates": Object(
        "Pause, resume, later end, newer programme",
        {"person": "r", "manager": "rs", "cover": "rs"},
        "The line manager decides; the starter sees the dates.",
    ),
    "mandatory": Object("Leave a mandatory item out", {"person": "r", "manager": "rs", "cover": "rs"}),
    "reason": Object(
        "Reason of a pause or of a later end",
        {"person": "r", "manager": "rw", "cover": "w"},
        "Between the two alone: it may be about health.",
    ),
    "note_of_person": Object("Note of the starter, not shared", {"person": "rw"}),
    "note_of_manager": Object("Note of the line manager, not shared", {"manager": "rw"}),
    "note_shared": Object("Note, shared", {"person": "r", "manager": "r", "cover": "r"}),
    "mail_of_person": Object(
        "E-mail that the portal sent to the starter", {"person": "r", "ld_admin": "m", "superuser": "m"}
    ),
    "history": Object(
        "History of a plan",
        {"person": "r", "manager": "r", "cover": "r", "ld_admin": "m", "superuser": "m"},
        "In the admin: who, what, when; never the words.",
    ),
    "team": Object(
        "Team page: queue, states, its file",
        {name: "r" for name in ("manager", "cover", "other_manager", "higher")},
        "Each for the people whom they manage or cover for; the whole line by state and lateness.",
    ),
    "overview": Object(
        "Overview of lateness by team, exceptions, its file",
        {"head_of_service": "a", "ld_admin": "r"},
        "The role alone gives a head of service counts. Rights add up: one who also stands in the line sees the state "
        "and lateness of their own people by name on the team page, as anybody higher in the line does.",
    ),
    "guides": Object(
        "Guides, and the search over guides, roles, routes and programmes",
        _rights("r"),
        "Nobody’s records are searched.",
    ),
    "mistake": Object(
        "Report a mistake in a guide",
        _rights(**dict.fromkeys(STAFF, "rw")),
        "What was reported, and by whom, is read by Learning and Development in the admin.",
    ),
    "pathways": Object(
        "Career map, next step and route planner for oneself, roles, steps, qualification routes, teams", _rights("r")
    ),
    "goal": Object(
        "One's own goal on the career map",
        _rights(**dict.fromkeys(STAFF, "rw")),
        "Seen by the person alone: not by their manager, not by Learning and Development.",
    ),
    "capabilities": Object(
        "One’s own capabilities against a role, before they are shared",
        _rights(**dict.fromkeys(STAFF, "rw")),
        "Marked by the person alone; each sees their own.",
    ),
    "capabilities_private": Object("Capabilities that the starter has not shared", {"person": "rw"}),
    "capabilities_shared": Object(
        "Capabilities that the starter has shared",
        {"person": "rw", "manager": "r", "cover": "r"},
        "The person shares them and may stop; what is marked after that stays private until shared again.",
    ),
    "capabilities_view": Object("The manager’s view beside them", {"person": "r", "manager": "rw", "cover": "rw"}),
    "cpd_shared": Object(
        "CPD plan, while its person shares it",
        {"person": "rw", "manager": "r", "cover": "r"},
        "Before it is shared and after, the person alone; Learning and Development sees counts.",
    ),
    "cpd_own": Object(
        "Write goals and actions, say met or not met, share the plan",
        {"person": "rw", "manager": "r", "cover": "r"},
        "The person alone.",
    ),
    "cpd_review": Object(
        "Review a CPD plan that is shared, confirm what is met",
        {"person": "r", "manager": "rs", "cover": "rs"},
        "Nobody reviews their own.",
    ),
    "cpd_counts": Object("How many CPD plans there are", {"ld_admin": "a"}),
    "applications": Object(
        "One’s own interests and applications, what one can apply for", _rights(**dict.fromkeys(STAFF, "rw"))
    ),
    "application_draft": Object("Application of the starter that is not sent", {"person": "rw"}),
    "application": Object(
        "Application of the starter, once sent",
        {"person": "rw", "manager": "rs", "cover": "rs", "ld_admin": "rs"},
        "The manager or their cover gives a view, Learning and Development decides; nobody for themself.",
    ),
    "application_desk": Object("Desk of applications and interests", {"ld_admin": "rs"}),
    "offer": Object(
        "Offer to share expertise, while it stands; a request of one's own for a place",
        _rights(**dict.fromkeys(STAFF, "rw")),
        "Found by every colleague; paused and ended ones by their owner, by whoever asked for a place, and by L&D.",
    ),
    "offer_own": Object(
        "Change, pause, withdraw an offer; answer who asks for a place",
        _rights(**(dict.fromkeys(STAFF, "r") | {"person": "rw"})),
    ),
    "offer_hidden": Object(
        "Hide an offer with a reason, show it again",
        _rights(**(dict.fromkeys(STAFF, "r") | {"ld_admin": "rs"})),
        "The owner reads the reason; colleagues do not find the offer.",
    ),
    "place": Object(
        "Request for a place, with its words",
        {"person": "rw", "colleague": "r"},
        "Here the colleague asked and the starter offers: the two read it, nobody else.",
    ),
    "outcomes": Object("What became of applications, by route and year", {"ld_admin": "a", "head_of_service": "a"}),
    "programme": Object("Induction programmes and their versions", {"ld_admin": "rws", "superuser": "rws"}),
    "reference": Object(
        "Teams, job roles, career framework, qualification routes, holidays, settings of reminders and mail, "
        "words of messages",
        {"ld_admin": "rw", "superuser": "rw"},
    ),
    "grant": Object(
        "Accounts, access roles",
        {"ld_admin": "rws", "superuser": "rws"},
        "Never one's own rights; the roles that rule the portal need a second admin.",
    ),
    "import": Object("Imports of HR's file", {"ld_admin": "rws"}),
    "gallery": Object("Gallery of components (not in production)", _rights("r")),
}


def _nothing(scene: Scene) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Route:
    """An address and what each persona gets there; `get` and `post` are the letters of which one is needed."""

    name: str
    about: str
    get: str = ""
    post: str = ""
    args: Callable[[Scene], dict[str, Any]] = _nothing
    data: Callable[[Scene], dict[str, Any]] = _nothing
    got: int = 200
    posted: int = 302
    unseen: int = 404
    case: str = ""
    but: Mapping[tuple[str, str], int] = field(default_factory=dict)
    before: Callable[[Scene], object] = _nothing

    @property
    def title(self) -> str:
        return f"{self.name} ({self.case})" if self.case else self.name

    def answer(self, method: str, persona: str) -> int:
        """The status that this persona gets: seen and allowed, seen and not allowed, or as if it were not there."""
        if (method, persona) in self.but:
            return self.but[(method, persona)]
        if persona in OUTSIDE:
            return 302
        needed = self.get if method == "GET" else self.post
        if not needed:
            return 405
        rights = OBJECTS[self.about].rights.get(persona, "")
        if set(needed) & set(rights):
            return self.got if method == "GET" else self.posted
        return 403 if "r" in rights else self.unseen


def both(status: int, *personas: str, methods: tuple[str, ...] = ("GET", "POST")) -> dict[tuple[str, str], int]:
    return {(method, persona): status for method in methods for persona in personas}


def as_markdown() -> str:
    """docs/roles.md: the objects and personas as a table, with the notes below."""
    order = list(PERSONAS)
    lines = [
        "# Who may do what",
        "",
        "Written by `python -m tests.permissions > docs/roles.md` from the structure that also drives",
        "`tests/guards/test_permissions.py`: every address is asked as every persona. A test fails when this differs.",
        "",
        *[f"- `{letter}` {meaning}" for letter, meaning in LETTERS.items()],
        "- `·` nothing: the same “not found” page as for an address that never was, and absent from lists and counts",
        "",
        "Visible but not allowed: 403 with the rule's reason. Moved meanwhile: 409 saying what happened.",
        "Rights follow from dated rows (line management, cover) and from groups (access roles), asked on each request.",
        "A superuser has no right in the portal by being one. Access roles are granted in the admin, by two admins.",
        "",
        "## Personas",
        "",
        *[f"{number}. {title}" for number, title in enumerate(PERSONAS.values(), 1)],
        "",
        "## Rights",
        "",
        "| Object | " + " | ".join(str(number) for number in range(1, len(order) + 1)) + " |",
        "|---" * (len(order) + 1) + "|",
    ]
    for row in OBJECTS.values():
        lines.append(f"| {row.title} | " + " | ".join(row.rights.get(name, "") or "·" for name in order) + " |")
    lines += ["", "## Notes", ""]
    lines += [f"- {row.title}: {row.note}" for row in OBJECTS.values() if row.note]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(as_markdown(), end="")  # noqa: T201 - the page goes where the shell says
