"""Finds the due rules and the kinds of message that the installed apps declare; knows none of them by name."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured

from notifications.declarations import modules
from notifications.due import DueRule
from notifications.kinds import MessageKind, Pace, title_from_code


def due_rules() -> list[DueRule]:
    """Every due rule of the installed apps, each kind once, under the name of its own app."""
    found: dict[str, DueRule] = {}
    for label, module in modules("due"):
        for rule in getattr(module, "RULES", ()):
            if rule.kind in found or rule.kind.partition(".")[0] != label:
                raise ImproperlyConfigured(f"Due rule {rule.kind!r}: name it {label}.something, once in the portal.")
            found[rule.kind] = rule
    return list(found.values())


def kinds() -> dict[str, MessageKind]:
    """Every kind of message by its code: those that apps declare, and one for each due rule."""
    found: dict[str, MessageKind] = {}
    declared = [kind for _, module in modules("emails") for kind in getattr(module, "KINDS", ())]
    for kind in [*declared, *map(_kind_of_rule, due_rules())]:
        if kind.code in found:
            raise ImproperlyConfigured(f"The kind of message {kind.code!r} is declared twice.")
        found[kind.code] = kind
    return found


def kind_of(code: str) -> MessageKind:
    """The kind, or a refusal: what nobody declared could be neither chosen nor explained."""
    try:
        return kinds()[code]
    except KeyError:
        raise ImproperlyConfigured(f"Declare the kind of message {code!r} in KINDS of its app's emails.py.") from None


def title_of(code: str) -> str:
    """The kind in plain words; one that is no longer declared by its code."""
    kind = kinds().get(code)
    return kind.title if kind else title_from_code(code)


def log_title_of(code: str) -> str:
    """The kind as the logs of the administration name it, beside whoever it went to."""
    kind = kinds().get(code)
    return kind.log_title or kind.title if kind else title_from_code(code)


def _kind_of_rule(rule: DueRule) -> MessageKind:
    return MessageKind(
        code=rule.kind,
        title=rule.title,
        trigger="a date of this kind comes near or has passed",
        pace=Pace.LINE,
        must_send=rule.must_send,
        default=rule.default,
        concerns=rule.concerns,
        log_title=rule.calendar_title,
    )
