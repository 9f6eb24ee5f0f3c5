"""Take the pictures of README and docs/emails from a demonstration of its own: `make screenshots`.

Its database, mail and queue stand in a temporary folder; nothing of a `make demo` beside it is touched.
"""

import argparse
import contextlib
import datetime
import os
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import real_servers

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
EMAILS = ROOT / "docs" / "emails"
STAFF, SEED = "120", "1"
DESKTOP = {"width": 1280, "height": 1000}
PHONE = {"width": 390, "height": 1000}
# As wide as the layout of the mails, with the air that a mail program leaves around it.
LETTER = {"width": 660, "height": 500}


@dataclass(frozen=True)
class Picture:
    """One page as one account sees it; `part` names the element that the picture begins with."""

    name: str
    account: str
    path: str
    size: dict[str, int]
    part: str = ""


@contextlib.contextmanager
def environment() -> Iterator[str]:
    """A temporary demonstration, for Django in this process and for the web server beside it."""
    port = real_servers.free_port()
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(prefix="portal-pictures-") as folder:
        for name in ("BROKER_URL", "CACHE_URL", "SECRET_KEY", "AUDIT_KEY", "ALLOWED_HOSTS", "DEBUG"):
            os.environ.pop(name, None)
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "bexley_ld.settings",
            "PORTAL_MODE": "demo",
            "STATE_DIR": folder,
            "STATIC_ROOT": f"{folder}/static",
            "DATABASE_URL": f"sqlite:///{folder}/portal.sqlite3",
            "EMAIL_URL": f"filemail://{folder}/outbox",
            "SITE_URL": address,
            "AUDIT_ANCHOR_EMAIL": "internal.audit@demo.bexley.example",
        }
        sys.path.insert(0, str(ROOT))
        yield address


def fill() -> dict[str, Any]:
    """Starter content, invented staff, the last working morning's digests, and one mail of each type.

    Answers what the pictures need to know: ids of pages and, for each type of mail, the id of one.
    """
    # Django reads the settings that stand in the environment only now.
    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from induction.models import Checkpoint, InductionPlan, ProgrammeVersion  # noqa: PLC0415
    from induction.services import programme  # noqa: PLC0415
    from notifications.working_days import WorkingCalendar, previous_working_day  # noqa: PLC0415
    from people.models import Person  # noqa: PLC0415

    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("migrate", verbosity=0)
    call_command("load_starter_content", stdout=sys.stderr)
    call_command("load_demo_staff", staff=int(STAFF), seed=int(SEED), stdout=sys.stderr, stderr=sys.stderr)
    now, today = timezone.now(), timezone.localdate()
    morning = previous_working_day(today, WorkingCalendar())
    call_command("send_reminders", on=morning, verbosity=0, stdout=sys.stderr)

    def person(name: str) -> Any:
        return Person.objects.get(email=f"{name}@demo.bexley.example")

    plan = InductionPlan.objects.get(person=person("new.starter"))
    ready = Checkpoint.objects.filter(plan=plan, state=Checkpoint.State.READY, waiting_on="manager")
    draft = programme.start_draft(
        programme_id=ProgrammeVersion.objects.get(pk=plan.version_id).programme_id, by=person("ld.admin"), now=now
    )
    send_what_else_leaves(plan.person, person("manager"), person("ld.admin"), now=now, today=today)
    mails = send_each_message(plan, person("manager"), person("social.worker"), now=now, today=today)
    return {"plan": plan.pk, "checkpoint": ready.order_by("due_date", "pk")[0].pk, "version": draft.pk, "mails": mails}


def send_what_else_leaves(starter: Any, manager: Any, learning: Any, *, now: Any, today: Any) -> None:
    """About cover, line, address, offers, CPD and guides: mail that nobody in the demonstration has been sent."""
    from bexley_ld import notices  # noqa: PLC0415
    from content.models import Page  # noqa: PLC0415
    from content.services import report_mistake  # noqa: PLC0415
    from pathways import emails  # noqa: PLC0415
    from pathways.models import CpdPlan, PlaceRequest  # noqa: PLC0415
    from people.models import Person  # noqa: PLC0415
    from people.notices import AddressChanged, LineChange, LinesChanged  # noqa: PLC0415
    from people.services.lines import name_cover  # noqa: PLC0415

    deputy = Person.objects.get(email="cover@demo.bexley.example")
    first = today + datetime.timedelta(days=60)
    # In earnest: it is written from how things stand.
    name_cover(
        manager=manager, cover=deputy, start_date=first, end_date=first + datetime.timedelta(days=9), reason="Leave",
        by=manager, today=today, now=now,
    )  # fmt: skip
    change = LineChange(person=starter, old=manager, new=deputy, from_date=first)
    notices.send(LinesChanged(changes=(change,), by=learning), now)
    notices.send(AddressChanged(person=starter, old="amara.test@old.example", new=starter.email), now)
    asked = PlaceRequest.objects.select_related("offer__person", "person").order_by("pk")[0]
    emails.offer_withdrawn(asked, now=now)
    emails.offer_hidden(asked.offer, now=now)
    emails.offer_shown(asked.offer, now=now)
    guide = Page.objects.get(slug="ofsted")
    report_mistake(page_id=guide.pk, by=starter, said="The link is broken.", form_key=uuid.uuid4(), now=now)
    emails.cpd_reviewed(CpdPlan.objects.order_by("pk")[0], now=now)


def send_each_message(plan: Any, manager: Any, buddy: Any, *, now: Any, today: Any) -> dict[str, uuid.UUID]:
    """One mail of each type, composed by the very functions that the services call; none in earnest."""
    from django.test import Client  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    from induction import emails  # noqa: PLC0415
    from notifications import services  # noqa: PLC0415
    from notifications.models import OutgoingMail  # noqa: PLC0415
    from people.line import line_of  # noqa: PLC0415

    starter, line = plan.person, line_of(plan.person, today=today)
    item, *more = plan.checkpoints.order_by("due_date", "pk")[:3]
    review = plan.reviews.order_by("month")[0]
    emails.plans_started([plan], now=now)
    emails.agreement_asked(plan, line, by=starter, side="person", now=now)
    emails.agreement_cleared(plan, line, by=manager, now=now)
    emails.plan_agreed(plan, line, by=manager, now=now)
    emails.buddy_named(plan, buddy, by=manager, now=now)
    emails.plan_dates_changed(plan, line, by=manager, what="paused", now=now)
    emails.plan_closed(plan, line, by=manager, now=now)
    emails.checkpoints_signed_off(plan, [item, *more], line, by=manager, key="pictures", now=now)
    emails.checkpoint_handed_back(plan, item, line, to=starter, by=manager, now=now)
    emails.decision_undone(plan, item, line, by=manager, now=now)
    emails.review_signature_asked(plan, review, line, by=manager, side="manager", now=now)
    emails.review_signature_cleared(plan, review, line, by=manager, now=now)
    emails.review_signed(plan, review, line, by=manager, now=now)
    Client().post(reverse("account_reset_password"), {"email": starter.email}, headers={"host": "127.0.0.1"})
    services.mail_audit_anchor(now=now, today=today)
    # The manager's digest is the fullest; of the other types the latest will do.
    digests = {OutgoingMail.objects.filter(kind="digest", recipient=manager).latest("created_at")}
    others = OutgoingMail.objects.exclude(kind="digest").order_by("created_at")
    return {mail.kind: mail.pk for mail in [*digests, *others]}


@contextlib.contextmanager
def served(address: str) -> Iterator[None]:
    port = int(address.rsplit(":", 1)[1])
    command = [sys.executable, "-m", "gunicorn", "bexley_ld.wsgi", "--bind", f"127.0.0.1:{port}"]
    options = ["--worker-class", "gthread", "--threads", "4", "--no-control-socket", "--log-level", "warning"]
    web = subprocess.Popen([*command, *options], cwd=ROOT)
    try:
        real_servers.wait_for_port(port)
        # The port is open before the pages are: this waits for the first of them.
        urllib.request.urlopen(f"{address}/health/live", timeout=60).close()
        yield
    finally:
        web.terminate()
        web.wait(timeout=20)


def sign_in(browser: Any, address: str, account: str, size: dict[str, int], *, to: str = "/") -> Any:
    """A page of one account; what the portal refuses or cannot find ends the script."""
    from bexley_ld.demo.accounts import PASSWORD  # noqa: PLC0415

    page = browser.new_page(viewport=size, base_url=address, locale="en-GB", timezone_id="Europe/London")
    page.on("response", lambda answer: answer.status < 400 or refuse(f"{answer.url}: {answer.status}"))
    page.goto(f"/account/login/?{urllib.parse.urlencode({'next': to})}")
    page.get_by_label("E-mail address").fill(f"{account}@demo.bexley.example")
    page.get_by_label("Password").first.fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{address}{to}")
    return page


refused: list[str] = []


def refuse(what: str) -> None:
    refused.append(what)


def take_pages(browser: Any, address: str, pictures: list[Picture]) -> None:
    for picture in pictures:
        page = sign_in(browser, address, picture.account, picture.size, to=picture.path)
        if picture.part:
            page.locator(picture.part).first.evaluate("element => element.scrollIntoView()")
        save(page, IMAGES / f"{picture.name}.png")
        page.close()


def take_mails(browser: Any, address: str, mails: dict[str, uuid.UUID]) -> None:
    """HTML mail as a mail program shows it; mail that is plain text alone, as its page in the demonstration."""
    page = sign_in(browser, address, "manager", LETTER)
    for kind, mail in sorted(mails.items()):
        page.goto(f"/demo/mail/{mail}/html/")
        is_html = bool(page.locator("body").inner_text().strip())
        if not is_html:
            page.goto(f"/demo/mail/{mail}/")
            page.locator("main h2").last.evaluate("element => element.scrollIntoView()")
        save(page, EMAILS / f"{kind}.png", full_page=is_html)


def save(page: Any, path: Path, *, full_page: bool = False) -> None:
    if refused:
        sys.exit(f"Not taken, the portal answered: {'; '.join(refused)}")
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path, full_page=full_page)
    print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1000} kB")


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    chromium = real_servers.chromium()
    if chromium is None:
        sys.exit("Chromium is missing. On Debian or Ubuntu: sudo apt-get install chromium")
    with environment() as address:
        found = fill()
        pictures = [
            Picture("home", "new.starter", "/", DESKTOP),
            Picture("plan", "new.starter", f"/induction/plans/{found['plan']}/", {"width": 1280, "height": 1500}),
            Picture("career-map", "social.worker", "/pathways/", {"width": 1280, "height": 1400}),
            Picture(
                "route-planner",
                "social.worker",
                "/pathways/planner/?start=R02&goal=R14",
                {"width": 1280, "height": 1400},
                part=".app-planner",
            ),
            Picture("team-on-a-phone", "manager", "/team/", PHONE),
            Picture(
                "checkpoint",
                "manager",
                f"/induction/checkpoints/{found['checkpoint']}/",
                {"width": 1280, "height": 1800},
            ),
            Picture(
                "programme",
                "ld.admin",
                f"/admin/induction/programmeversion/{found['version']}/change/",
                DESKTOP,
                part="#checkpoints-group",
            ),
            Picture(
                "programme-preview",
                "ld.admin",
                f"/admin/induction/programmeversion/{found['version']}/preview/",
                DESKTOP,
                part="main h2",
            ),
        ]
        from playwright.sync_api import sync_playwright  # noqa: PLC0415

        with served(address), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            take_pages(browser, address, pictures)
            take_mails(browser, address, found["mails"])
            browser.close()


if __name__ == "__main__":
    main()
