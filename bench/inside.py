"""The steps of the reminders' benchmark that run inside Django, each in a process of its own; answers as JSON."""

import datetime as dt
import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import django
from celery import current_app

django.setup()

from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from induction.models import Checkpoint  # noqa: E402
from notifications import services as mail  # noqa: E402
from notifications import wake_up  # noqa: E402
from notifications.models import OutgoingMail  # noqa: E402
from people.models import Person  # noqa: E402
from reminders import registry, rules, services  # noqa: E402
from reminders.models import Reminder, SweepRun  # noqa: E402
from reminders.services.ladders import calendar, ladders  # noqa: E402

RULE = "induction.item"
KIND = "induction.checkpoints_signed_off"
ITEMS_EACH = 10
ROUNDS = 7

# Ten colleagues share a manager, who is one of them; each has a plan, and one item of ten that is reminded that morning.
PEOPLE = """
INSERT INTO people_person (employee_number, given_name, family_name, email, search_name, start_date, fte, updated_at)
SELECT 'BENCH' || n, 'Given' || n, 'Test-Sample', 'bench' || n || '@people.example', 'given' || n || ' test-sample',
       CURRENT_DATE - 60, 1, now()
  FROM generate_series(%s, %s) n
"""
LINES = """
INSERT INTO people_linemanagement (person_id, manager_id, start_date)
SELECT person.id, manager.id, CURRENT_DATE - 60
  FROM people_person person
  JOIN people_person manager
    ON manager.employee_number = 'BENCH' || (substr(person.employee_number, 6)::int / 10 * 10)
 WHERE person.employee_number LIKE 'BENCH%%' AND person.id <> manager.id
   AND NOT EXISTS (SELECT 1 FROM people_linemanagement line WHERE line.person_id = person.id)
"""
PLANS = """
INSERT INTO induction_inductionplan
    (person_id, version_id, start_date, original_end_date, end_date, state, revision, person_agreed_revision,
     manager_agreed_revision, agree_by, agreed_date, created_at)
SELECT person.id, (SELECT min(id) FROM induction_programmeversion WHERE state = 'published'),
       CURRENT_DATE - 60, CURRENT_DATE + 122, CURRENT_DATE + 122, 'active', 1, 1, 1, CURRENT_DATE - 46,
       CURRENT_DATE - 60, now()
  FROM people_person person
 WHERE employee_number LIKE 'BENCH%%'
   AND NOT EXISTS (SELECT 1 FROM induction_inductionplan plan WHERE plan.person_id = person.id)
"""
ITEMS = """
INSERT INTO induction_checkpoint
    (plan_id, position, section, method, title, why, how, link_title, link_url, note, owner, is_mandatory, is_agreement,
     source_key, origin, original_due_date, due_date, state, waiting_on, waiting_since, was_handed_back,
     drop_proposed_by, ready_note, evidence_url, round, version)
SELECT plan.id, n, 'know', 'supervision', 'Learn about subject ' || n, 'So that you know it well.', 'Ask a colleague.',
       '', '', '', 'person', false, false, '', 'person', due, due, 'to_do', 'person', plan.start_date, false, '', '', '', 1, 1
  FROM induction_inductionplan plan
 CROSS JOIN LATERAL (SELECT n, CASE WHEN n = 1 THEN %s::date ELSE CURRENT_DATE + 60 + n + (plan.id %% 170)::int END AS due
                       FROM generate_series(1, %s) n) item
 WHERE NOT EXISTS (SELECT 1 FROM induction_checkpoint own WHERE own.plan_id = plan.id)
"""


def _morning() -> dt.date:
    """The next working day, not today: the daily duties belong to today's sweep and are not measured here."""
    day, days = timezone.localdate() + dt.timedelta(days=1), calendar()
    while not days.is_working_day(day):
        day += dt.timedelta(days=1)
    return day


def _reminded_due_date(morning: dt.date) -> dt.date:
    ladder = ladders()[RULE]
    if ladder is None:
        raise RuntimeError(f"{RULE} is switched off.")
    ahead = (morning + dt.timedelta(days=number) for number in range(1, 30))
    return next(day for day in ahead if rules.firing(ladder, day, today=morning, last_run=None, calendar=calendar()))


def fill(first: str, last: str) -> dict[str, Any]:
    """Adds the people numbered so, with everything that is theirs."""
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE, [int(first), int(last)])
        cursor.execute(LINES, [])
        cursor.execute(PLANS, [])
        cursor.execute(ITEMS, [_reminded_due_date(_morning()), ITEMS_EACH])
        cursor.execute("ANALYZE")
    return {"open items": Checkpoint.objects.open().count()}


def sweep() -> dict[str, Any]:
    """One morning's sweep from nothing; the peak of this process's memory in MB."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE reminders_reminder, reminders_sweeprun, notifications_outgoingmail CASCADE")
    morning = _morning()
    now = dt.datetime.combine(morning, dt.time(9), tzinfo=timezone.get_default_timezone())
    begun = time.perf_counter()
    report = services.sweep(for_date=morning, now=now)
    seconds = time.perf_counter() - begun
    if report.failures or not SweepRun.objects.finished().exists():
        raise RuntimeError(f"The sweep failed: {report.failures}")
    return {
        "seconds": round(seconds, 1),
        "peak MB": _peak_kb() / 1024,
        "lines": Reminder.objects.count(),
        "digests": OutgoingMail.objects.count(),
    }


def _peak_kb() -> int:
    """VmHWM and not getrusage: that one remembers the parent's size across exec."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))


def due() -> dict[str, Any]:
    """What is due on one day, with the index and without it in turn; each time by the database's own clock."""
    rule = next(rule for rule in registry.rules() if rule.kind == RULE)
    day = timezone.localdate() + dt.timedelta(days=150)
    queries = {
        "due query": Checkpoint.objects.open().filter(due_date=day).values("pk"),
        "due query with the person and who holds it": rule.find(today=timezone.localdate())
        .filter(row_due_on=day)
        .values("row_subject_id", "row_manager_id"),
    }
    answer: dict[str, Any] = {"open items": Checkpoint.objects.open().count(), "queries": {}}
    for name, query in queries.items():
        times: list[tuple[float, float]] = []
        for _ in range(ROUNDS):
            indexed, rows = _explain(query)
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("DROP INDEX open_checkpoints")
                times.append((indexed, _explain(query)[0]))
                transaction.set_rollback(True)
        answer["queries"][name] = {
            "with ms": statistics.median(indexed for indexed, _ in times),
            "without ms": statistics.median(without for _, without in times),
            "ratio": statistics.median(without / indexed for indexed, without in times),
            "lowest": min(without / indexed for indexed, without in times),
            "rows": rows,
        }
    return answer


def _explain(query: Any) -> tuple[float, int]:
    plan = json.loads(query.explain(analyze=True, format="json"))[0]
    return float(plan["Execution Time"]), int(plan["Plan"]["Actual Rows"])


def queue(number: str, way: str) -> dict[str, Any]:
    """So many mails, due now: through the outbox with its one wake-up, or one Celery task each."""
    OutgoingMail.objects.all().delete()
    now = timezone.now()
    people = Person.objects.active().order_by("pk")[: int(number)]
    text = "Hello,\n\nThis waits for you.\n\n" + "A line about something that is due soon.\n" * 15
    mails = [
        mail.NewMail(
            key=f"bench:{person.pk}", kind=KIND, recipient=person, subject="Something is due by 4 March",
            text_body=text, html_body=f"<p>{text}</p>", why="The benchmark asked for it.",
        )
        for person in people
    ]  # fmt: skip
    if way == "outbox":
        mail.queue_many(mails, now)
        # As the scheduler does each minute: this process is new, and its own wake-up may not wait for a first connection.
        current_app.send_task(wake_up.TASK)
    else:
        from bench.one_task_a_mail import send_one  # noqa: PLC0415 - only this way needs it

        rows = [
            OutgoingMail(
                key=one.key, kind=one.kind, recipient=one.recipient, to_email=one.recipient.email,
                subject=one.subject, text_body=one.text_body, html_body=one.html_body, why=one.why,
                created_at=now, due_at=now,
            )
            for one in mails
        ]  # fmt: skip
        OutgoingMail.objects.bulk_create(rows)
        for row in rows:
            send_one.delay(str(row.pk))
    return {"queued": len(mails)}


STEPS: dict[str, Callable[..., dict[str, Any]]] = {"fill": fill, "sweep": sweep, "due": due, "queue": queue}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(STEPS[sys.argv[1]](*sys.argv[2:])))
