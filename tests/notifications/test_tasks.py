"""The daily tasks, and a wake-up for nothing."""

import pytest
from celery import current_app
from django.conf import settings

from audit import anchors
from audit.services import record
from notifications import delivery, tasks, wake_up
from notifications.models import OutgoingMail
from tests.factories.notifications import LONG_AGO, OutgoingMailFactory

pytestmark = pytest.mark.django_db


def test_a_wake_up_for_nothing_asks_three_questions(django_assert_num_queries):
    OutgoingMailFactory(state="sent")
    with django_assert_num_queries(3):
        assert tasks.drain_mail() == 0


def test_a_drain_ends_in_time_and_gives_back_what_it_had_leased(sink, monkeypatch):
    OutgoingMailFactory.create_batch(3)
    monkeypatch.setattr(tasks, "DRAIN_SECONDS", 0.05)
    lease = delivery._lease
    monkeypatch.setattr(delivery, "_lease", lambda now: (lease(now), tasks.time.sleep(0.1))[0])
    assert tasks.drain_mail() == 0
    assert OutgoingMail.objects.filter(state="queued", leased_by="", attempts=0, retry_at=None).count() == 3


@pytest.mark.parametrize(("mails", "woken"), [(2, 0), (3, 1), (9, 1)])
def test_more_than_one_chunk_asks_for_one_more_pair_of_hands(sink, monkeypatch, mails, woken):
    wakes = []
    OutgoingMailFactory.create_batch(mails)
    monkeypatch.setattr(delivery, "CHUNK", 2)
    monkeypatch.setattr(wake_up, "publish", lambda: wakes.append(1))
    assert tasks.drain_mail() == mails
    assert len(wakes) == woken


def test_the_anchor_leaves_once_a_day_and_reads_back(sink, settings):
    settings.AUDIT_ANCHOR_EMAIL = "keeper@outside.example"
    for number in range(300):
        record(by=None, verb="induction.started", subject=None, chain=f"person:{number}", now=LONG_AGO)

    assert tasks.mail_audit_anchor()
    assert not tasks.mail_audit_anchor()
    tasks.drain_mail()
    (message,) = sink.messages
    assert message["X-Envelope-To"] == "keeper@outside.example"
    assert message["Subject"] == "Audit anchor: 300 rows in 300 chains"
    anchor = anchors.parse(message.as_string())
    assert anchor.rows == 300
    assert anchor.links == anchors.current(now=LONG_AGO).links


def test_without_a_keeper_no_anchor_is_mailed(settings):
    settings.AUDIT_ANCHOR_EMAIL = ""
    assert not tasks.mail_audit_anchor()
    assert not OutgoingMail.objects.exists()


def test_old_words_go():
    OutgoingMailFactory(state="sent")
    assert tasks.blank_old_bodies() == 1


@pytest.mark.parametrize("entry", settings.CELERY_BEAT_SCHEDULE.values(), ids=settings.CELERY_BEAT_SCHEDULE)
def test_the_scheduler_can_send_each_of_its_tasks(entry):
    """Celery refuses, each minute and only in the scheduler's log, a task whose soft limit is above its hard one."""
    current_app.loader.import_default_modules()
    task = current_app.tasks[entry["task"]]
    assert task.soft_time_limit <= task.time_limit
