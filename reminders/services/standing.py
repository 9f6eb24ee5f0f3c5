"""What the rules say today about the things of some lines."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction

from notifications.due import SUBJECT_ID, DueItem, Waiting
from people.models import Person
from reminders import registry, rules
from reminders.models import Reminder
from reminders.services.ladders import worded_rules

logger = logging.getLogger(__name__)


@dataclass
class Standing:
    """The things that are still due, by kind and id: one query a rule."""

    items: dict[tuple[str, int], DueItem] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    names: dict[int, str] = field(default_factory=dict)

    def line(self, reminder: Reminder, learning: Collection[int]) -> rules.Line | None:
        """The line as it stands now; None when its thing is done, re-dated, paused or held elsewhere."""
        item = self.items.get((reminder.rule, reminder.subject_id))
        if item is not None and item.due_on != reminder.due_date:
            item = None
        if reminder.step == rules.RESOLVED:
            return _end(reminder) if item is None else None
        if item is None or reminder.recipient_id not in rules.audience(reminder.step, item, learning):
            return None
        return rules.Line(item, reminder.step, reminder.recipient_id)


def ask_again(reminders: Iterable[Reminder], *, today: dt.date) -> Standing:
    """A rule that fails is noted; its lines are neither shown nor thrown away."""
    standing = Standing()
    subjects: dict[str, set[int]] = {}
    about: set[int] = set()
    for reminder in reminders:
        subjects.setdefault(reminder.rule, set()).add(reminder.subject_id)
        about |= {reminder.about_id} if reminder.about_id else set()
    for rule in worded_rules():
        if rule.kind not in subjects:
            continue
        try:
            with transaction.atomic():
                found = rule.find(today=today).filter(**{f"{SUBJECT_ID}__in": subjects[rule.kind]})
                standing.items.update({item.key: item for item in rule.items(found)})
        except SoftTimeLimitExceeded:
            raise
        except Exception:
            logger.exception("due rule failed: %s", rule.kind)
            standing.failed.add(rule.kind)
    standing.names = _names_of(standing.items.values(), about)
    return standing


def _names_of(items: Iterable[DueItem], about: set[int]) -> dict[int, str]:
    ids = set(about)
    for item in items:
        concerned = (item.person_id, item.manager_id, item.cover_id, item.upper_id, item.upper_cover_id)
        ids.update(pk for pk in concerned if pk is not None)
    if not ids:
        return {}
    return {person.pk: person.full_name for person in Person.objects.filter(pk__in=ids)}


def _end(reminder: Reminder) -> rules.Line | None:
    """The thing of an escalation that is over: its kind, whose it was and when it was due, and no more."""
    rule = registry.rule_of(reminder.rule)
    if rule is None or reminder.about_id is None:
        return None
    item = DueItem(
        rule=rule, subject_id=reminder.subject_id, person_id=reminder.about_id, starts_on=None,
        waiting_on=Waiting.PERSON, manager_id=None, cover_id=None, upper_id=None, upper_cover_id=None,
        due_on=reminder.due_date, label=rule.title, url_pk=reminder.subject_id,
    )  # fmt: skip
    return rules.Line(item, reminder.step, reminder.recipient_id)
