"""Every message that the portal can send is declared once, so that it can be chosen, explained and switched off."""

from __future__ import annotations

import ast
import datetime as dt

import pytest
from django.core.exceptions import ImproperlyConfigured

from notifications import registry, services
from notifications.emails import Content
from notifications.kinds import Frequency, MessageKind, Pace
from people.roles import Role
from tests.factories.people import PersonFactory
from tests.guards.source import PACKAGES, ROOT, python_files, tree_of

NOW = dt.datetime(2027, 3, 4, 9, 30, tzinfo=dt.UTC)
MAIL = {"subject": "S", "text_body": "T", "why": "W"}
KINDS = registry.kinds()
# The foot of every mail, and what the two held kinds about a plan become when they leave.
NO_MESSAGES = {"emails/foot.txt", "induction/emails/plan_changed.txt"}


@pytest.mark.django_db
def test_a_kind_that_nobody_declared_is_refused() -> None:
    person = PersonFactory()
    with pytest.raises(ImproperlyConfigured, match=r"people\.undeclared"):
        services.queue(key="k", kind="people.undeclared", recipient=person, now=NOW, **MAIL)
    with pytest.raises(ImproperlyConfigured, match=r"people\.undeclared"):
        services.queue_to_address(
            key="k", kind="people.undeclared", address="a@people.example", content=Content("S", "T"), why="W", now=NOW
        )


def test_each_text_of_a_mail_has_its_kind() -> None:
    """`templates/<app>/emails/<message>.txt`: the message stands in the registry, whichever app declares it."""
    texts = {path.relative_to(ROOT / "templates").as_posix() for path in (ROOT / "templates").glob("**/email*/*.txt")}
    messages = {text.rsplit("/", 1)[-1].removesuffix(".txt") for text in texts - NO_MESSAGES}
    declared = {code.replace(".", "_", 1) for code in KINDS} | {code.rpartition(".")[2] for code in KINDS}
    assert messages
    assert messages <= declared


def test_each_kind_that_is_written_in_the_code_is_declared() -> None:
    written = {
        keyword.value.value
        for path in python_files(*PACKAGES)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("NewMail", "queue", "queue_to_address"))
        for keyword in node.keywords
        if keyword.arg == "kind" and isinstance(keyword.value, ast.Constant)
    }
    assert written
    assert written <= set(KINDS)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.code)
def test_each_kind_says_in_plain_words_what_it_is(kind: MessageKind) -> None:
    assert kind.title[:1].isupper()
    assert kind.trigger
    assert not kind.trigger[:1].isspace()
    assert not kind.trigger.endswith(".")
    assert not kind.must_send or kind.must_send.endswith(".")
    assert not kind.for_role or kind.for_role in set(Role)
    assert kind.usual in (kind.choices or tuple(Frequency))


def test_due_rules_are_kinds_too() -> None:
    for rule in registry.due_rules():
        kind = KINDS[rule.kind]
        assert (kind.title, kind.must_send, kind.pace) == (rule.title, rule.must_send, Pace.LINE)


@pytest.mark.parametrize(
    "facts",
    [
        {"code": "Not a code"},
        {"pace": Pace.NOW},
        {"only": (Frequency.WEEKLY, Frequency.OFF)},
    ],
)
def test_a_kind_that_makes_no_sense_is_refused(facts: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="kind|night|choices"):
        MessageKind(**{"code": "people.test", "title": "T", "trigger": "t", **facts})  # type: ignore[arg-type]


def test_no_kind_is_declared_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    from notifications import emails  # noqa: PLC0415 - only its tuple is changed

    monkeypatch.setattr(emails, "KINDS", emails.KINDS * 2)
    with pytest.raises(ImproperlyConfigured, match="declared twice"):
        registry.kinds()
