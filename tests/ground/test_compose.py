"""docker-compose.yml: its commands run here on real parts, under the roles that it gives them."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import pytest
import real_servers
import yaml
from celery import Celery

from tests.real.servers import PRODUCTION, ROOT, MailSink, Process, answers

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = ["web", "worker", "beat", "migrate"]
# In deploy.md's table and rightly not in compose: the first two are the image's own, the last is never set.
LEFT_OUT = {"STATE_DIR", "STATIC_ROOT", "DEBUG"}


def test_the_services_are_those_of_production() -> None:
    assert set(SERVICES) == {*OURS, "postgres", "redis", "clamav", "mail"}
    assert SERVICES["mail"]["profiles"] == ["development"]
    assert SERVICES["beat"]["deploy"]["replicas"] == 1


@pytest.mark.parametrize("name", SERVICES)
def test_every_lasting_service_has_a_health_check(name: str) -> None:
    check = SERVICES[name]["healthcheck"]
    assert check.get("test") or (name == "migrate" and check == {"disable": True})


@pytest.mark.parametrize("name", [*OURS, "postgres"])
def test_secrets_come_from_the_environment_and_must_be_set(name: str) -> None:
    for variable, value in SERVICES[name]["environment"].items():
        if any(word in variable for word in ("SECRET", "KEY", "PASSWORD", "EMAIL_URL")):
            assert value.startswith("${"), f"{variable} is written out"
            # Only mail by GOV.UK Notify needs a key, and then the settings ask for it (test_govuk_notify).
            assert ":?" in value or variable == "NOTIFY_API_KEY", f"{variable} may be forgotten"


@pytest.mark.parametrize("name", OURS)
def test_every_setting_of_the_deploy_page_reaches_the_services(name: str) -> None:
    page = (ROOT / "docs" / "how-to" / "deploy.md").read_text(encoding="utf-8")
    table = page.partition("| variable | meaning |")[2].partition("\n\n")[0]
    told = {word for row in table.splitlines() for word in re.findall(r"`([A-Z_]+)`", row.partition(" | ")[0])}
    assert {"SECRET_KEY", "AUDIT_ANCHOR_EMAIL", "TRUSTED_PROXY_COUNT"} | LEFT_OUT <= told
    assert told - SERVICES[name]["environment"].keys() == LEFT_OUT


def test_web_and_worker_keep_files_in_one_place_that_the_image_gives_them() -> None:
    root = SERVICES["web"]["environment"]["UPLOADS_ROOT"]
    assert SERVICES["web"]["volumes"] == SERVICES["worker"]["volumes"] == [f"uploads:{root}"]
    assert "uploads" in COMPOSE["volumes"]
    assert f"--owner portal --mode 0700 {root}" in (ROOT / "Dockerfile").read_text()


def test_the_image_runs_without_root_and_has_a_health_check() -> None:
    last_stage = (ROOT / "Dockerfile").read_text().split("\nFROM ")[-1].splitlines()
    assert "USER portal" in last_stage
    assert any(line.startswith("HEALTHCHECK") for line in last_stage)
    assert last_stage.index("USER portal") < next(
        number for number, line in enumerate(last_stage) if line.startswith("CMD")
    )


def command_of(name: str, *, port: int = 0, schedule: Path | None = None) -> list[str]:
    """The service's own command, on a free port and in a folder of this test."""
    words = shlex.split(SERVICES[name]["command"].replace("0.0.0.0:8000", f"127.0.0.1:{port}"))
    return [str(schedule) if word == "/tmp/beat-schedule" else word for word in words]  # noqa: S108


@pytest.fixture
def database(transactional_db: None) -> Iterator[dict[str, str]]:
    """A fresh database with the two roles, made by the script that the container runs."""
    address = urlsplit(os.environ["DATABASE_URL"])
    name = f"compose_{os.environ.get('PYTEST_XDIST_WORKER', 'gw0')}"
    server = {"PGHOST": str(address.hostname), "PGPORT": str(address.port)}
    owner = psycopg2.connect(host=address.hostname, port=address.port, user=address.username, dbname="postgres")
    owner.autocommit = True
    with owner.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    given = {"POSTGRES_USER": str(address.username), "POSTGRES_DB": name, "APP_PASSWORD": "it's only a test"}
    path = {"PATH": f"{real_servers.postgres_folder()}:{os.environ['PATH']}"}
    subprocess.run(["sh", "scripts/make_app_role.sh"], cwd=ROOT, env={**path, **server, **given}, check=True)
    where = f"{address.hostname}:{address.port}/{name}"
    yield {
        "owner": f"postgres://{address.username}@{where}",
        "app": f"postgres://portal_app:it's%20only%20a%20test@{where}",
    }
    with owner.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
        cursor.execute("DROP ROLE portal_app")
    owner.close()


@pytest.mark.real
def test_the_services_work_together(
    database: dict[str, str], mail_sink: MailSink, start: Callable[..., Process], tmp_path: Path
) -> None:
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        **PRODUCTION,
        "C_FORCE_ROOT": "1",
        "DATABASE_URL": database["app"],
        "BROKER_URL": os.environ["BROKER_URL"],
        "EMAIL_URL": mail_sink.url,
    }
    as_owner = {**environment, "DATABASE_URL": database["owner"]}
    subprocess.run(command_of("migrate"), cwd=ROOT, env=as_owner, check=True, capture_output=True)

    port = real_servers.free_port()
    web = start(command_of("web", port=port), environment)
    worker = start(command_of("worker"), environment)
    beat = start(command_of("beat", schedule=tmp_path / "beat"), environment)
    ready = f"http://127.0.0.1:{port}/health/ready"
    web.wait_for(lambda: answers(ready, {"Host": PRODUCTION["ALLOWED_HOSTS"]}))
    check = SERVICES["web"]["healthcheck"]["test"][1:]
    asked = subprocess.run(check, cwd=ROOT, env={**environment, "PORT": str(port)}, check=False)
    assert asked.returncode == 0

    # A mail that waits in the outbox reaches the mail server through the worker.
    now = datetime.now(UTC)
    application = psycopg2.connect(database["app"])
    with application, application.cursor() as cursor:
        cursor.execute(
            "INSERT INTO notifications_outgoingmail (id, key, kind, to_email, subject, text_body, html_body, why,"
            " is_routine, leaves_at_night, is_secret, state, reason, created_at, due_at, leased_by, attempts,"
            " held_as, facts, path)"
            " VALUES (gen_random_uuid(), 'k', 'test', 'someone@bexley.example', 'From the worker', 'Text', '', '',"
            " false, true, false, 'queued', '', %s, %s, '', 0, '', '{}', '')",
            [now, now],
        )
    application.close()
    worker.wait_for(lambda: " ready." in worker.log())
    Celery(broker=os.environ["BROKER_URL"], set_as_current=False).send_task("notifications.tasks.drain_mail")
    worker.wait_for(lambda: bool(mail_sink.messages), seconds=20)
    assert mail_sink.messages[0]["Subject"] == "From the worker"
    beat.wait_for(lambda: any(tmp_path.glob("beat*")))
