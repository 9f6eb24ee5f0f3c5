"""The pages that are measured, and who reads them; run inside Django on the bench's database."""

import datetime as dt
import json
import re
import statistics
import sys
import time
from pathlib import Path

import brotli
import django
from django.conf import settings
from django.contrib.staticfiles import finders

django.setup()

from django.db import connection  # noqa: E402
from django.db.models import Count  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from induction.models import Checkpoint, InductionPlan, Review  # noqa: E402
from pathways.models import Application, CareerRole, Intake  # noqa: E402
from people.models import User  # noqa: E402
from reminders import registry, rules  # noqa: E402
from reminders.services.ladders import calendar, ladders  # noqa: E402

DEMO = "demo.bexley.example"


def addresses() -> dict[str, tuple[str, str]]:
    """Name of the page → (who reads it, its address)."""
    starter = User.objects.get(email=f"new.starter@{DEMO}").person
    plan = InductionPlan.objects.live().get(person=starter)
    ready = Checkpoint.objects.filter(plan=plan, state=Checkpoint.State.READY, waiting_on="manager").first()
    review = Review.objects.filter(plan=plan).order_by("month").first()
    intake = Intake.objects.annotate(n=Count("applications")).latest("n")
    application = Application.objects.filter(intake__isnull=False).to_decide().earliest("pk")
    return {
        "home, manager": ("manager", "/"),
        "home, starter": ("new.starter", "/"),
        "plan": ("new.starter", plan.get_absolute_url()),
        "team": ("manager", "/team/"),
        "sign-off": ("manager", (ready or plan.checkpoints.first()).get_absolute_url()),
        "review": ("manager", review.get_absolute_url()),
        "overview, L&D": ("ld.admin", "/induction/overview/"),
        "my details": ("manager", "/me/"),
        "career map": ("new.starter", "/pathways/"),
        "career role": ("new.starter", CareerRole.objects.get(job_role__code="R14").get_absolute_url()),
        "my next step": ("new.starter", "/pathways/next-step/"),
        "route planner": ("new.starter", "/pathways/planner/?start=me&goal=R14"),
        "route planner, far": ("new.starter", "/pathways/planner/?start=R02&goal=R14"),
        "my applications": ("social.worker", "/pathways/applications/"),
        "applications desk": ("ld.admin", "/pathways/desk/"),
        "an intake on the desk": ("ld.admin", intake.get_absolute_url()),
        "an application": ("ld.admin", application.get_absolute_url()),
    }


def sign_in(name: str) -> str:
    """A session of this demo account, as a cookie."""
    client = Client()
    client.force_login(User.objects.get(email=f"{name}@{DEMO}"))
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def facts() -> dict[str, dict[str, object]]:
    """Queries, weight and status of each page, asked twice so that caches are warm."""
    found = {}
    for name, (reader, address) in addresses().items():
        client = Client(HTTP_HOST="127.0.0.1")
        client.force_login(User.objects.get(email=f"{reader}@{DEMO}"))
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = client.get(address)
        body = answer.content
        found[name] = {
            "status": answer.status_code,
            "queries": len(queries),
            "html": len(body),
            "first visit": first_visit(body),
            "cookie": sign_in(reader),
            "address": address,
        }
    return found


def first_visit(body: bytes) -> int:
    """HTML, CSS and JavaScript of a first visit, compressed as a browser gets them."""
    names = set(re.findall(rb'(?:href|src)="/static/([^"]+\.(?:css|js))"', body))
    files = [finders.find(_unhashed(name.decode())) for name in names]
    return len(brotli.compress(body)) + sum(len(brotli.compress(Path(found).read_bytes())) for found in files if found)


def _unhashed(name: str) -> str:
    return re.sub(r"\.[0-9a-f]{12}(\.\w+)$", r"\1", name)


def due_query() -> dict[str, object]:
    """What the sweep asks about items this morning: rows, and the median of the database's own time."""
    today = timezone.localdate()
    rule = next(rule for rule in registry.rules() if rule.kind == "induction.item")
    ladder, days = ladders()[rule.kind], calendar()
    day = today
    while not days.is_working_day(day):
        day += dt.timedelta(days=1)
    fired = [
        due
        for due in (day + dt.timedelta(days=offset) for offset in range(-30, 31))
        if rules.firing(ladder, due, today=day, last_run=None, calendar=days)
    ]
    due_rows = rule.find(today=day).filter(row_due_on__in=fired)
    plain = Checkpoint.objects.open().filter(due_date=fired[0])
    return {
        "open items": Checkpoint.objects.open().count(),
        "due, one step": _explain(plain.values("pk")),
        "due, every step, with who holds it": _explain(due_rows.values("row_subject_id", "row_manager_id")),
    }


def _explain(queryset: object) -> dict[str, object]:
    times, rows = [], 0
    for _ in range(5):
        plan = json.loads(queryset.explain(analyze=True, format="json"))[0]  # type: ignore[attr-defined]
        times.append(plan["Execution Time"])
        rows = plan["Plan"]["Actual Rows"]
    return {"ms": round(statistics.median(times), 2), "rows": rows}


if __name__ == "__main__":
    started = time.perf_counter()
    answer: dict[str, object] = {"pages": facts()}
    if connection.vendor == "postgresql" and "--due" in sys.argv:
        answer["due"] = due_query()
    answer["yardstick cookie"] = sign_in("manager")
    answer["seconds"] = round(time.perf_counter() - started, 1)
    sys.stdout.write(json.dumps(answer))
