"""The ladder rows, and the facts that every sweep needs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from audit.transactions import all_or_nothing
from notifications.due import DueRule, LadderDefaults
from notifications.models import ExtraHoliday
from notifications.working_days import WorkingCalendar
from people.models import Person
from people.roles import Role
from reminders import registry
from reminders.models import Ladder


def add_missing_ladders() -> int:
    """A row for each kind that has none, with the defaults of its rule; rows that stand stay as they are."""
    known = set(Ladder.objects.values_list("kind", flat=True))
    missing = [Ladder(kind=rule.kind, **_defaults(rule)) for rule in registry.rules() if rule.kind not in known]
    Ladder.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


@all_or_nothing()
def reset_ladders(*, kinds: Collection[str]) -> int:
    """Back to what the rule proposes; kinds that no rule declares any more stay as they are."""
    proposed = {rule.kind: _defaults(rule) for rule in registry.rules()}
    rows = Ladder.objects.select_for_update().filter(kind__in=[kind for kind in kinds if kind in proposed])
    for row in rows:
        for name, value in proposed[row.kind].items():
            setattr(row, name, value)
        row.save()
    return len(rows)


def _defaults(rule: DueRule) -> dict[str, Any]:
    return {
        "counted_in": rule.ladder.counted_in,
        "before": list(rule.ladder.before),
        "on_the_day": rule.ladder.on_the_day,
        "after": list(rule.ladder.after),
        "escalate_to_manager_after": rule.ladder.up_after,
        "is_weekly": rule.ladder.is_weekly,
        "escalate_to_learning_after": rule.ladder.learning_after,
        "is_enabled": True,
        "line": "",
        "info": "",
    }


def worded_rules() -> list[DueRule]:
    """The due rules with the words of their lines as L&D has set them."""
    rows = {row.kind: row for row in Ladder.objects.exclude(line="", info="").only("kind", "line", "info")}
    return [
        replace(rule, line=rows[rule.kind].line or rule.line, info=rows[rule.kind].info or rule.info)
        if rule.kind in rows
        else rule
        for rule in registry.rules()
    ]


def ladders() -> dict[str, LadderDefaults | None]:
    """By kind: L&D's row before the rule's own default; None where the kind is switched off."""
    rows = {row.kind: row.offsets if row.is_enabled else None for row in Ladder.objects.all()}
    return {rule.kind: rows.get(rule.kind, rule.ladder) for rule in registry.rules()}


def calendar() -> WorkingCalendar:
    return WorkingCalendar(extra=frozenset(ExtraHoliday.objects.values_list("date", flat=True)))


def learning_ids() -> list[int]:
    """Who receives the exceptions: active people with the role of Learning and Development."""
    people = Person.objects.active().filter(user__is_active=True, user__groups__name=Role.LD_ADMIN)
    return list(people.order_by("pk").values_list("pk", flat=True).distinct())
