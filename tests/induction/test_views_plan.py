"""The plan's page and what the two do with the plan as a whole."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from induction import rules
from induction.models import Checkpoint, InductionPlan, PlanNote, PlanPause
from people.models import Person
from tests.factories.induction import ItemFactory, VersionFactory, pair
from tests.factories.people import PersonFactory
from tests.induction.conftest import DAY, Scene, browser_of, key, words_of


def page(scene: Scene, who: str, query: str = "") -> str:
    return words_of(scene.at(who).get(f"{scene.plan.get_absolute_url()}{query}"))


def url(scene: Scene, name: str) -> str:
    return reverse(f"induction:{name}", args=[scene.plan.pk])


def fill(plan: InductionPlan, count: int) -> None:
    """More items in a plan, through the months and the sections."""
    Checkpoint.objects.bulk_create(
        Checkpoint(
            plan=plan,
            title=f"Something of an ordinary length to learn {number}",
            section=("know", "understand", "do")[number % 3],
            method="shadowing",
            original_due_date=plan.start_date + dt.timedelta(days=number * 3 % 180),
            due_date=plan.start_date + dt.timedelta(days=number * 3 % 180),
            waiting_since=plan.start_date,
        )
        for number in range(count)
    )


def test_what_is_next_and_who_has_what(scene: Scene) -> None:
    words = page(scene, "starter")
    assert "Your induction" in words
    assert "Next for you" in words
    assert "0 of 3" in words
    assert f"With {scene.people['cover'].full_name}, covering for {scene.pair.manager.full_name}" in words
    assert "Who can see this page" in words
    assert f"{scene.pair.person.full_name}’s induction" in page(scene, "manager")


def hidden_fields(words: str) -> dict[str, str]:
    """What the question page carries along."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', words))


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", "Month 1"),
        ("?month=3", "Month 3"),
        ("?month=99", "Month 1"),
        ("?month=x", "Month 1"),
        ("?by=know", "Know: everything in this plan"),
        ("?by=do", "Do: everything in this plan"),
        ("?by=nonsense", "Month 1"),
        ("?by=do&page=77", "Do: everything in this plan"),
    ],
)
def test_the_list_by_month_and_by_section(scene: Scene, query: str, shown: str) -> None:
    assert shown in page(scene, "starter", query)


def test_queries_and_weight_do_not_grow_with_the_plan(scene: Scene) -> None:
    browser, address = scene.at("starter"), scene.plan.get_absolute_url()
    browser.get(address)  # the first visit of a session also stamps it
    with CaptureQueriesContext(connection) as few:
        browser.get(address)
    fill(scene.plan, 57)
    with CaptureQueriesContext(connection) as many:
        response = browser.get(address)
    assert len(few) == len(many) <= 10
    assert len(response.content) < 60_000
    fill(scene.plan, 300)
    for query in ("", "?by=do", "?month=1"):
        assert len(browser.get(f"{address}{query}").content) < 100_000


def test_either_agrees_first_and_an_edit_clears_it(db: None, scene: Scene) -> None:
    two = pair(agreed=False, today=DAY)
    starter, manager = browser_of(two.person), browser_of(two.manager)
    agree = reverse("induction:plan_agree", args=[two.plan.pk])
    response = starter.post(agree, {"revision": 1, "form_key": key()}, follow=True)
    assert f"It now waits for {two.manager.full_name}." in words_of(response)
    warned = words_of(manager.get(reverse("induction:checkpoint_add", args=[two.plan.pk])))
    assert "clears that agreement" in warned
    data = {
        "title": "Meet the duty desk", "section": "know", "method": "shadowing", "owner": "person",
        "due_date_day": "30", "due_date_month": "9", "due_date_year": "2026",
    }  # fmt: skip
    manager.post(reverse("induction:checkpoint_add", args=[two.plan.pk]), data)
    stale = manager.post(agree, {"revision": 1, "form_key": key()})
    assert stale.status_code == 409
    assert "The plan changed after you opened it" in words_of(stale)
    for browser in (manager, starter):
        browser.post(agree, {"revision": 2, "form_key": key()})
    two.plan.refresh_from_db()
    assert two.plan.state == InductionPlan.State.ACTIVE


def test_a_note_is_its_authors_until_shared(scene: Scene) -> None:
    notes = url(scene, "plan_notes")
    scene.at("starter").post(notes, {"text": "I find the rota hard <b>"})
    note = PlanNote.objects.get()
    share = reverse("induction:note_share", args=[note.pk])
    assert "I find the rota hard &lt;b&gt;" in words_of(scene.at("starter").get(notes))
    assert "I find the rota hard" not in words_of(scene.at("manager").get(notes))
    assert scene.at("manager").get(share).status_code == 404
    assert scene.at("starter").get(share).status_code == 200
    assert "I find the rota hard" not in words_of(scene.at("manager").get(notes))
    scene.at("starter").post(share)
    assert "I find the rota hard" in words_of(scene.at("manager").get(notes))


@pytest.mark.parametrize(("text", "error"), [("", "Enter your note"), ("y" * 50_000, "It has 50,000.")])
def test_a_refused_note_is_kept(scene: Scene, text: str, error: str) -> None:
    words = words_of(scene.at("starter").post(url(scene, "plan_notes"), {"text": text}))
    assert error in words
    assert text in words
    assert not PlanNote.objects.exists()


def test_a_buddy_is_found_by_name(scene: Scene) -> None:
    buddy = url(scene, "plan_buddy")
    found = words_of(scene.at("manager").get(buddy, {"q": "COLLEAGUE"}))
    assert scene.people["colleague"].full_name in found
    assert "Nobody found" in words_of(scene.at("manager").get(buddy, {"q": "Zzz"}))
    hint = "Enter part of the name of a colleague"
    assert hint in words_of(scene.at("manager").get(buddy, {"q": " "}))
    assert hint not in words_of(scene.at("manager").get(buddy))
    choice = {"q": "colleague", "buddy": scene.people["colleague"].pk}
    assert scene.at("manager").post(buddy, choice).status_code == 302
    scene.plan.refresh_from_db()
    assert scene.plan.buddy == scene.people["colleague"]
    refused = scene.at("manager").post(buddy, {"q": "manager", "buddy": scene.people["former"].pk})
    assert "Choose someone from the list" in words_of(refused)


def test_the_buddy_leaves_the_plan_after_a_question(scene: Scene) -> None:
    remove, buddy = url(scene, "plan_buddy_remove"), scene.people["buddy"]
    starter = scene.at("starter")
    assert f'href="{remove}"' in words_of(starter.get(url(scene, "plan_buddy")))
    question = words_of(starter.get(remove))
    assert f"<b>{buddy.full_name}</b> will no longer see" in question
    scene.plan.refresh_from_db()
    assert scene.plan.buddy == buddy
    assert f"{buddy.full_name} no longer sees its titles and dates." in words_of(starter.post(remove, follow=True))
    scene.plan.refresh_from_db()
    assert scene.plan.buddy is None
    # The other of the two had the question open as well.
    for answer in (scene.at("manager").get(remove, follow=True), scene.at("manager").post(remove, follow=True)):
        assert "This plan has no buddy now." in words_of(answer)
    assert scene.at("buddy").get(url(scene, "plan_detail")).status_code == 404


def test_the_manager_is_no_buddy(scene: Scene) -> None:
    manager = scene.pair.manager
    data = {"q": manager.given_name, "buddy": manager.pk}
    response = scene.at("starter").post(url(scene, "plan_buddy"), data)
    assert response.status_code == 403
    assert "neither the starter nor the line manager" in words_of(response)


def test_pause_and_resume_show_the_rule_before_anything_moves(scene: Scene) -> None:
    item = scene.pair.item()
    before = item.due_date
    away = {"start_date_day": "14", "start_date_month": "9", "start_date_year": "2026", "reason": "Sickness absence"}
    assert scene.at("manager").post(url(scene, "plan_pause"), away).status_code == 302
    assert "Your plan is paused" in page(scene, "starter")
    assert scene.at("starter").post(item.get_absolute_url(), {"act": "mark_ready", "note": "Kept"}).status_code == 409
    back = {"first_day_back_day": "21", "first_day_back_month": "9", "first_day_back_year": "2026"}
    preview = words_of(scene.at("manager").post(url(scene, "plan_resume"), back))
    assert "7 days later" in preview
    assert "8 March 2027" in preview
    item.refresh_from_db()
    assert item.due_date == before
    scene.at("manager").post(url(scene, "plan_resume"), hidden_fields(preview) | {"confirm": "yes"})
    item.refresh_from_db()
    assert item.due_date == before + dt.timedelta(days=7)
    assert item.original_due_date == before
    assert "originally by 1 March 2027" in page(scene, "starter")


def test_the_reason_of_a_pause_goes_no_further_than_the_two(scene: Scene) -> None:
    PlanPause.objects.create(plan=scene.plan, start_date=DAY, end_date=DAY, reason="A very private reason")
    for who in ("starter", "manager"):
        assert "A very private reason" in page(scene, who)
    scene.plan.extensions.create(
        kind="adjustment", from_date=DAY, to_date=DAY + dt.timedelta(days=1), reason="Another private one",
        created_at=dt.datetime(2026, 9, 21, tzinfo=dt.UTC),
    )  # fmt: skip
    assert "Reasonable adjustment" in page(scene, "manager")
    assert "Reasonable adjustment" not in page(scene, "cover")
    assert "Another private one" not in page(scene, "cover")
    assert "End moved from" in page(scene, "cover")
    for who, address in [
        ("cover", scene.plan.get_absolute_url()),
        ("buddy", scene.plan.get_absolute_url()),
        ("upper", "/team/?whose=line"),
        ("ld_admin", reverse("induction:overview")),
    ]:
        response = scene.at(who).get(address)
        assert response.status_code == 200
        assert "A very private reason" not in words_of(response)


def test_extend_asks_before_it_moves(scene: Scene) -> None:
    later = {
        "to_date_day": "8",
        "to_date_month": "3",
        "to_date_year": "2027",
        "kind": "adjustment",
        "reason": "More <time>",
    }
    preview = words_of(scene.at("manager").post(url(scene, "plan_extend"), later))
    assert "7 days later" in preview
    scene.plan.refresh_from_db()
    assert scene.plan.end_date == dt.date(2027, 3, 1)
    fields = {name: html.unescape(value) for name, value in hidden_fields(preview).items()}
    scene.at("manager").post(url(scene, "plan_extend"), fields | {"confirm": "yes"})
    scene.plan.refresh_from_db()
    assert scene.plan.end_date == dt.date(2027, 3, 8)
    assert scene.plan.extensions.get().reason == "More <time>"


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"to_date_day": "30", "to_date_month": "2", "to_date_year": "2027"}, "must be a real date"),
        ({"to_date_day": "1", "to_date_month": "3", "to_date_year": "2027"}, "must be on or after 2 March 2027"),
        ({"to_date_day": "1", "to_date_month": "6", "to_date_year": "2099"}, "must be on or before"),
        ({}, "Enter the new end date"),
        ({"to_date_day": "1", "to_date_month": "6", "to_date_year": "2027", "reason": ""}, "Enter the reason"),
    ],
)
def test_extension_refused_in_words(scene: Scene, data: dict[str, str], error: str) -> None:
    fields = {"kind": "other", "reason": "A reason that I typed"} | data
    words = words_of(scene.at("manager").post(url(scene, "plan_extend"), fields))
    assert error in words
    assert fields["reason"] in words
    scene.plan.refresh_from_db()
    assert scene.plan.end_date == scene.plan.original_end_date


def test_part_time_hours_propose_a_date_that_the_manager_applies(scene: Scene) -> None:
    Person.objects.filter(pk=scene.pair.person.pk).update(fte="0.50")
    assert "do not move dates by themselves" in page(scene, "starter")
    form = words_of(scene.at("manager").get(f"{url(scene, 'plan_extend')}?part-time"))
    assert "Part-time hours: 0.50 of full time." in form
    assert 'value="2027"' in form


def test_move_to_a_newer_programme_with_its_difference(scene: Scene) -> None:
    old = scene.plan.version
    old.state = "retired"
    old.save()
    new = VersionFactory(programme=old.programme, number=2, change_note="One item more.")
    ItemFactory(version=new, title="A new item of version two")
    assert "Move to the newer programme" in page(scene, "manager")
    assert "Move to the newer programme" not in page(scene, "starter")
    preview = words_of(scene.at("manager").get(url(scene, "plan_move")))
    assert "A new item of version two" in preview
    assert "One item more." in preview
    assert "One item more.." not in preview
    assert "it stays in this plan" in preview
    scene.at("manager").post(url(scene, "plan_move"), {"version_id": new.pk, "form_key": key()})
    assert scene.plan.checkpoints.filter(title="A new item of version two").exists()


def test_closed_plans_stay_readable(scene: Scene) -> None:
    InductionPlan.objects.update(state="completed", closed_date=DAY)
    for name in ("plan_detail", "plan_record", "plan_history", "plan_notes"):
        assert scene.at("starter").get(url(scene, name)).status_code == 200
    assert scene.at("starter").get(url(scene, "checkpoint_add")).status_code == 409
    assert "The induction is complete" in page(scene, "starter")


def test_record_and_history_tell_who_signed_what(scene: Scene) -> None:
    item = scene.pair.item()
    data = {"act": "mark_ready", "note": "Two visits", "version": item.version, "form_key": key()}
    scene.at("starter").post(item.get_absolute_url(), data)
    for name in ("plan_record", "plan_history"):
        words = words_of(scene.at("manager").get(url(scene, name)))
        assert scene.pair.person.full_name in words
        assert "marked this as ready" in words or f"marked “{item.title}” as ready" in words
        assert "Two visits" in words


def test_the_record_is_folded_by_month_and_opens_whole_for_paper(scene: Scene) -> None:
    item = scene.pair.item()
    folded = words_of(scene.at("starter").get(url(scene, "plan_record")))
    whole = words_of(scene.at("starter").get(f"{url(scene, 'plan_record')}?open=all"))
    month = rules.month_of(scene.plan.start_date, item.due_date)
    for words in (folded, whole):
        assert f"Month {month}: 0 of" in words
        assert item.title in words
        assert all(review.title in words for review in scene.plan.reviews.all())
    assert "<details" in folded
    assert folded.count('<details class="govuk-details" open') == 0
    assert whole.count('<details class="govuk-details" open') == folded.count('<details class="govuk-details"')


def test_a_manager_of_nobody_gets_the_reason(scene: Scene) -> None:
    response = browser_of(PersonFactory()).get("/team/")
    assert response.status_code == 403
    assert "Nobody reports to you at the moment" in words_of(response)


def test_resuming_a_plan_that_runs_leads_to_the_plan(scene: Scene) -> None:
    response = scene.at("manager").get(reverse("induction:plan_resume", args=[scene.plan.pk]), follow=True)
    assert response.redirect_chain == [(scene.plan.get_absolute_url(), 302)]
    assert "there is nothing to resume" in words_of(response)


def test_an_edit_says_whose_agreement_it_clears(db: None, scene: Scene) -> None:
    two = pair(agreed=False, today=DAY)
    starter, manager = browser_of(two.person), browser_of(two.manager)
    words = words_of(starter.get(two.plan.get_absolute_url()))
    assert words.count("Either of you may agree first") == 1
    data = {
        "title": "Meet the duty desk", "section": "know", "method": "shadowing", "owner": "person",
        "due_date_day": "30", "due_date_month": "9", "due_date_year": "2026",
    }  # fmt: skip
    add = reverse("induction:checkpoint_add", args=[two.plan.pk])
    assert "is cleared" not in words_of(starter.post(add, data, follow=True))
    agree = reverse("induction:plan_agree", args=[two.plan.pk])
    starter.post(agree, {"revision": 2, "form_key": key()})
    data["title"] = "Meet the other desk"
    assert "Your agreement is cleared: both of you agree again." in words_of(starter.post(add, data, follow=True))
    starter.post(agree, {"revision": 3, "form_key": key()})
    words = words_of(manager.post(add, data, follow=True))
    assert f"The agreement of {two.person.full_name} is cleared" in words


def test_a_starter_to_come_starts(scene: Scene) -> None:
    assert "Started 1 September 2026" in page(scene, "starter")
    InductionPlan.objects.filter(pk=scene.plan.pk).update(start_date=dt.date(2026, 10, 4))
    words = page(scene, "starter")
    assert "Starts 4 October 2026" in words
    assert "Started" not in words


def test_an_unagreed_plan_is_agreed_from_the_top_as_well(db: None, on_date: Callable[[dt.date], None]) -> None:
    on_date(DAY)
    two = pair(agreed=False, start=DAY)
    client = browser_of(two.person)
    text = client.get(two.plan.get_absolute_url()).content.decode()
    assert text.count("Agree this plan") == 2
    top = text.index("Agree this plan")
    assert top < text.index('class="app-band-picture"')
    assert "Agree by Monday 5 October 2026" in words_of(client.get(two.plan.get_absolute_url()))
    assert text.count("Agree the plan together") == 1
    form = text[text.rindex("<form", 0, top) : top]
    client.post(re.search(r'action="([^"]+)"', form)[1], hidden_fields(form))  # type: ignore[index]
    two.plan.refresh_from_db()
    assert two.plan.person_agreed_revision == 1
    assert "Agree this plan" not in words_of(client.get(two.plan.get_absolute_url()))


@pytest.mark.parametrize(("who", "current"), [("starter", "Induction"), ("manager", "My team"), ("cover", "My team")])
def test_the_menu_says_where_a_plan_stands(scene: Scene, who: str, current: str) -> None:
    pages = [
        scene.plan.get_absolute_url(),
        scene.pair.item().get_absolute_url(),
        scene.pair.review().get_absolute_url(),
    ]
    pages += [url(scene, "plan_history"), url(scene, "plan_record"), url(scene, "plan_notes")]
    for one in pages:
        menu = scene.at(who).get(one).content.decode()
        found = re.findall(
            r'<a class="govuk-service-navigation__link"[^>]*aria-current="true"[^>]*><strong[^>]*>([^<]+)', menu
        )
        assert found == [current], one
