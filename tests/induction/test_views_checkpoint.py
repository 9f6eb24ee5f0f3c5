"""The page of an item: one form by role and state; what was typed is never lost."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from induction.models import Checkpoint, Decision
from tests.induction.conftest import DAY, Scene, key, words_of

LONG = "x" * 50_000
NASTY = '<script>alert("x")</script><b onclick=x>'
RTL = "مرحبا \u202eabc 👩🏽‍🏫"


def ready(scene: Scene, **data: str) -> Checkpoint:
    """The starter marks an item as ready in the browser."""
    item = scene.pair.item()
    fields = {"act": "mark_ready", "note": "Two visits with Noor.", "version": item.version, "form_key": key()}
    response = scene.at("starter").post(item.get_absolute_url(), fields | data)
    assert response.status_code == 302, words_of(response)
    item.refresh_from_db()
    return item


@pytest.mark.parametrize(
    ("owner", "state", "who", "shown", "hidden"),
    [
        ("person", "to_do", "starter", "Mark as ready", "Hand back"),
        ("person", "to_do", "manager", "It waits for", 'name="act"'),
        ("person", "ready", "starter", "It waits for", 'name="act"'),
        ("person", "ready", "manager", "Sign off", "Mark as ready"),
        ("person", "ready", "cover", "Hand back", "Mark as ready"),
        ("manager", "to_do", "manager", "Mark as done", "Hand back"),
        ("manager", "to_do", "starter", "It waits for", 'name="act"'),
        ("both", "to_do", "starter", "Mark as ready", "Hand back"),
        ("both", "to_do", "manager", "Mark as ready", "Hand back"),
    ],
)
def test_one_form_by_role_and_state(scene: Scene, owner: str, state: str, who: str, shown: str, hidden: str) -> None:
    item = ready(scene) if state == "ready" else scene.pair.item(owner)
    words = words_of(scene.at(who).get(item.get_absolute_url()))
    assert shown in words
    assert hidden not in words


def test_from_to_do_to_signed_off(scene: Scene) -> None:
    item = ready(scene)
    page = words_of(scene.at("starter").get(item.get_absolute_url()))
    assert "Marked as ready." in page
    assert f"{scene.pair.manager.full_name} has it now." in page
    assert "Next: " in page
    data = {"act": "sign_off", "comment": "Well done", "version": item.version, "form_key": key()}
    response = scene.at("manager").post(item.get_absolute_url(), data, follow=True)
    item.refresh_from_db()
    assert item.state == Checkpoint.State.SIGNED_OFF
    assert "Well done" in words_of(response)
    assert "Signed off." in words_of(response)


def test_the_cover_signs_in_their_own_name(scene: Scene) -> None:
    item = ready(scene)
    data = {"act": "sign_off", "version": item.version, "form_key": key()}
    page = scene.at("cover").post(item.get_absolute_url(), data, follow=True)
    assert f"covering for {scene.pair.manager.full_name}" in words_of(page)
    decision = Decision.objects.get(kind="signed_off")
    assert (decision.by, decision.acting_for) == (scene.people["cover"], scene.pair.manager)


def test_a_double_click_signs_once(scene: Scene) -> None:
    item = ready(scene)
    data = {"act": "sign_off", "version": item.version, "form_key": key()}
    answers = [scene.at("manager").post(item.get_absolute_url(), data).status_code for _ in range(2)]
    assert answers == [302, 302]
    assert Decision.objects.filter(checkpoint=item, kind="signed_off").count() == 1


def test_two_managers_at_once_get_one_decision_and_a_kind_page(scene: Scene) -> None:
    item = ready(scene)
    data = {"act": "sign_off", "comment": "Seen by me", "version": item.version}
    assert scene.at("manager").post(item.get_absolute_url(), data | {"form_key": key()}).status_code == 302
    second = scene.at("cover").post(item.get_absolute_url(), data | {"form_key": key()})
    assert second.status_code == 409
    assert "already been signed off" in words_of(second)
    assert "Seen by me" in words_of(second)


def test_a_stale_tab_keeps_its_text(scene: Scene) -> None:
    item = ready(scene)
    data = {"act": "sign_off", "comment": "Typed for a while", "version": item.version - 1, "form_key": key()}
    response = scene.at("manager").post(item.get_absolute_url(), data)
    assert response.status_code == 409
    assert "Typed for a while" in words_of(response)
    assert not Decision.objects.filter(kind="signed_off").exists()


def test_nobody_signs_for_themself(scene: Scene) -> None:
    item = ready(scene)
    data = {"act": "sign_off", "comment": "I did it", "version": item.version, "form_key": key()}
    response = scene.at("starter").post(item.get_absolute_url(), data)
    assert response.status_code == 403
    assert "must come from the other person" in words_of(response)
    assert "I did it" in words_of(response)


def test_hand_back_needs_a_reason_and_keeps_the_note(scene: Scene) -> None:
    item = ready(scene)
    data = {"act": "hand_back", "comment": "", "version": item.version, "form_key": key()}
    response = scene.at("manager").post(item.get_absolute_url(), data)
    assert response.status_code == 200
    assert "Enter the reason for handing it back" in words_of(response)
    assert "<title>Error: " in words_of(response)
    scene.at("manager").post(item.get_absolute_url(), data | {"comment": "Add the date"})
    page = words_of(scene.at("starter").get(item.get_absolute_url()))
    assert "Add the date" in page
    assert "Two visits with Noor." in page


def test_the_words_of_one_never_stand_in_the_form_of_the_other(scene: Scene) -> None:
    item = scene.pair.item("both")
    note = {"act": "mark_ready", "note": "Two visits with Noor.", "version": item.version, "form_key": key()}
    scene.at("starter").post(item.get_absolute_url(), note)
    item.refresh_from_db()
    data = {"act": "hand_back", "comment": "Add the date", "version": item.version, "form_key": key()}
    scene.at("manager").post(item.get_absolute_url(), data)
    shown = {who: scene.at(who).get(item.get_absolute_url()).context["form"].initial for who in ("manager", "starter")}
    assert "note" not in shown["manager"]
    assert shown["starter"]["note"] == "Two visits with Noor."


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"note": "", "evidence_url": ""}, "Write a note or give a link"),
        ({"note": LONG}, "It has 50,000."),
        ({"note": "Kept", "evidence_url": "javascript:alert(1)"}, "Enter a link that starts with https://"),
        ({"note": "Kept", "evidence_url": "ftp://files.example/a"}, "Enter a link that starts with https://"),
        ({"note": "Kept", "evidence_url": "https://" + "a" * 600 + ".example"}, "500 characters or fewer"),
    ],
)
def test_refused_input_comes_back_as_typed(scene: Scene, data: dict[str, str], error: str) -> None:
    item = scene.pair.item()
    fields = {"act": "mark_ready", "version": item.version, "form_key": key()} | data
    response = scene.at("starter").post(item.get_absolute_url(), fields)
    words = words_of(response)
    assert response.status_code == 200
    assert error in words
    assert data["note"] in words
    item.refresh_from_db()
    assert item.state == Checkpoint.State.TO_DO


def test_text_is_shown_as_text(scene: Scene) -> None:
    item = ready(scene, note=f"{NASTY} {RTL}")
    for who in ("starter", "manager"):
        words = words_of(scene.at(who).get(item.get_absolute_url()))
        assert NASTY not in words
        assert "&lt;script&gt;" in words
        assert "👩🏽‍🏫" in words
    assert NASTY not in words_of(scene.at("manager").get("/team/"))
    confirm = reverse("induction:checkpoints_sign_off")
    assert NASTY not in words_of(scene.at("manager").get(f"{confirm}?item={item.pk}"))


def test_an_added_item_is_escaped_everywhere(scene: Scene) -> None:
    data = {
        "title": NASTY, "section": "do", "method": "coaching", "owner": "person", "why": NASTY, "how": NASTY,
        "due_date_day": "9", "due_date_month": "10", "due_date_year": "2026", "link_title": NASTY,
        "link_url": "https://intranet.example/page",
    }  # fmt: skip
    response = scene.at("starter").post(reverse("induction:checkpoint_add", args=[scene.plan.pk]), data)
    item = Checkpoint.objects.get(origin="person")
    assert response["Location"] == item.get_absolute_url()
    pages = [item.get_absolute_url(), scene.plan.get_absolute_url(), f"{scene.plan.get_absolute_url()}?by=do"]
    pages += [reverse("induction:plan_record", args=[scene.plan.pk]), "/"]
    for url in pages:
        assert "<script>alert" not in words_of(scene.at("starter").get(url)), url


def test_next_to_another_host_is_not_followed(scene: Scene) -> None:
    item = scene.pair.item()
    url = f"{item.get_absolute_url()}?next=https://elsewhere.example/"
    data = {"act": "mark_ready", "note": "Done", "version": item.version, "next": "https://elsewhere.example/"}
    assert scene.at("starter").post(url, data)["Location"] == item.get_absolute_url()


def test_undo_is_a_new_row(scene: Scene) -> None:
    item = ready(scene)
    scene.at("manager").post(item.get_absolute_url(), {"act": "sign_off", "version": item.version, "form_key": key()})
    item.refresh_from_db()
    url = reverse("induction:checkpoint_undo", args=[item.pk])
    assert scene.at("starter").get(url).status_code == 403
    assert scene.at("manager").get(url).status_code == 200
    scene.at("manager").post(url, {"reason": "Wrong person", "version": item.version, "form_key": key()})
    item.refresh_from_db()
    assert item.state == Checkpoint.State.TO_DO
    kinds = list(Decision.objects.filter(checkpoint=item).order_by("pk").values_list("kind", flat=True))
    assert kinds == ["marked_ready", "signed_off", "undone"]


def test_a_post_to_a_signed_off_item_is_a_conflict(scene: Scene) -> None:
    item = ready(scene)
    scene.at("manager").post(item.get_absolute_url(), {"act": "sign_off", "version": item.version, "form_key": key()})
    data = {"act": "mark_ready", "note": "Once more", "version": item.version + 1, "form_key": key()}
    response = scene.at("starter").post(item.get_absolute_url(), data)
    assert response.status_code == 409
    assert "Once more" in words_of(response)
    change = reverse("induction:checkpoint_change", args=[item.pk])
    assert scene.at("manager").get(change).status_code == 409


def test_change_clears_the_first_signature(scene: Scene) -> None:
    item = ready(scene)
    url = reverse("induction:checkpoint_change", args=[item.pk])
    page = words_of(scene.at("manager").get(url))
    assert "that signature is cleared" in page
    assert item.title in page
    data = {
        "title": "Shadow two visits", "section": "do", "method": "shadowing", "owner": "person",
        "due_date_day": "30", "due_date_month": "9", "due_date_year": "2026", "version": item.version,
    }  # fmt: skip
    assert scene.at("manager").post(url, data).status_code == 302
    item.refresh_from_db()
    assert (item.title, item.state) == ("Shadow two visits", "to_do")


def test_propose_and_answer_leaving_out(scene: Scene) -> None:
    item = scene.pair.item()
    propose = reverse("induction:checkpoint_propose_drop", args=[item.pk])
    scene.at("starter").post(propose, {"reason": "Done in my last job", "version": item.version})
    item.refresh_from_db()
    page = scene.at("starter").get(item.get_absolute_url())
    assert scene.pair.manager.full_name in page.context["holder"]
    assert f"With {page.context['holder']}." in words_of(page)
    assert "You answer the proposal first" in words_of(scene.at("manager").get(item.get_absolute_url()))
    answer = reverse("induction:checkpoint_answer_drop", args=[item.pk])
    assert scene.at("starter").get(answer).status_code == 403
    refused = scene.at("manager").post(answer, {"answer": "refuse", "reason": "", "version": item.version})
    assert "Enter why the item should stay" in words_of(refused)
    scene.at("manager").post(answer, {"answer": "accept", "version": item.version, "form_key": key()})
    item.refresh_from_db()
    assert item.state == Checkpoint.State.DROPPED


def test_disagreement_is_recorded_and_changes_nothing(scene: Scene) -> None:
    item = scene.pair.item()
    url = reverse("induction:checkpoint_disagree", args=[item.pk])
    scene.at("starter").post(url, {"reason": "I see it differently", "form_key": key()})
    item.refresh_from_db()
    assert item.state == Checkpoint.State.TO_DO
    assert "I see it differently" in words_of(scene.at("manager").get(item.get_absolute_url()))


def test_several_at_once_after_one_confirmation(scene: Scene) -> None:
    items = [ready(scene)]
    both = scene.pair.item("both")
    data = {"act": "mark_ready", "note": "Both of us", "version": both.version, "form_key": key()}
    scene.at("starter").post(both.get_absolute_url(), data)
    both.refresh_from_db()
    items.append(both)
    url = reverse("induction:checkpoints_sign_off")
    page = words_of(scene.at("manager").get(url, {"item": [item.pk for item in items]}))
    assert "Sign off 2 items?" in page
    assert "Two visits with Noor." in page
    assert not Decision.objects.filter(kind="signed_off").exists()
    form = {"item": [f"{item.pk}:{item.version}" for item in items], "comment": "Good", "form_key": key()}
    assert scene.at("manager").post(url, form)["Location"] == "/team/"
    again = scene.at("manager").post(url, form)
    assert "Nothing was signed twice" in words_of(again)
    assert Decision.objects.filter(kind="signed_off").count() == 2


@pytest.mark.parametrize("who", ["starter", "colleague", "other_manager", "buddy", "ld_admin"])
def test_several_at_once_signs_nothing_for_others(scene: Scene, who: str) -> None:
    item = ready(scene)
    url = reverse("induction:checkpoints_sign_off")
    scene.at(who).post(url, {"item": [f"{item.pk}:{item.version}", "x:1", "9" * 40], "form_key": key()})
    assert not Decision.objects.filter(kind="signed_off").exists()


@pytest.mark.parametrize("data", [{}, {"act": "nonsense"}, {"act": "sign_off", "version": "x" * 9, "form_key": "no"}])
def test_mangled_forms_do_no_harm(scene: Scene, data: dict[str, str]) -> None:
    item = ready(scene)
    response = scene.at("manager").post(item.get_absolute_url(), data)
    assert response.status_code in {302, 409}
    assert not Decision.objects.filter(kind="signed_off").exists()


def test_late_and_original_dates_are_in_words(scene: Scene) -> None:
    item = scene.pair.item()
    Checkpoint.objects.filter(pk=item.pk).update(due_date=DAY.replace(day=19))
    words = words_of(scene.at("starter").get(item.get_absolute_url()))
    assert "2 days late" in words
    assert "originally 29 September 2026" in words


def test_hand_back_says_what_can_follow(scene: Scene) -> None:
    item = ready(scene)
    data = {"act": "hand_back", "comment": "Add the date", "version": item.version, "form_key": key()}
    words = words_of(scene.at("manager").post(item.get_absolute_url(), data, follow=True))
    assert f"This cannot be undone, but {scene.pair.person.full_name} can mark it as ready again." in words


def test_who_does_it_is_said_to_the_reader(scene: Scene) -> None:
    address = scene.pair.item().get_absolute_url()
    assert '<dd class="govuk-summary-list__value">You</dd>' in words_of(scene.at("starter").get(address))
    assert f"{scene.pair.person.full_name}</dd>" in words_of(scene.at("manager").get(address))


def test_what_is_needed_in_one_case_is_not_called_optional(scene: Scene) -> None:
    words = words_of(scene.at("starter").get(scene.pair.item().get_absolute_url()))
    assert "What you did and what you learned" in words
    assert "(optional)" not in words
    item = ready(scene)
    assert "(optional)" not in words_of(scene.at("manager").get(item.get_absolute_url()))


def _typed(day: dt.date) -> dict[str, str]:
    return {
        "title": "Meet the night team", "section": "do", "method": "shadowing", "owner": "person", "why": "They wait.",
        "due_date_day": str(day.day), "due_date_month": str(day.month), "due_date_year": str(day.year),
        "form_key": key(),
    }  # fmt: skip


def test_an_item_cannot_begin_overdue_and_what_was_typed_stays(scene: Scene) -> None:
    add = reverse("induction:checkpoint_add", args=[scene.plan.pk])
    answer = scene.at("starter").post(add, _typed(DAY - dt.timedelta(days=1)))
    words = words_of(answer)
    assert "would be overdue at once" in words
    assert "Meet the night team" in words
    assert "They wait." in words
    assert not Checkpoint.objects.filter(title="Meet the night team").exists()
    assert scene.at("starter").post(add, _typed(DAY)).status_code == 302


def test_an_overdue_item_is_changed_without_a_new_date_but_not_given_another_past_one(scene: Scene) -> None:
    item = scene.pair.item()
    Checkpoint.objects.filter(pk=item.pk).update(due_date=DAY - dt.timedelta(days=5))
    change = reverse("induction:checkpoint_change", args=[item.pk])
    typed = _typed(DAY - dt.timedelta(days=4)) | {"version": str(item.version)}
    assert "would be overdue at once" in words_of(scene.at("starter").post(change, typed))
    typed = _typed(DAY - dt.timedelta(days=5)) | {"version": str(item.version)}
    assert scene.at("starter").post(change, typed).status_code == 302


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (dt.date(2026, 9, 25), ""),
        (dt.date(2026, 9, 26), "Saturday 26 September 2026 is a day off"),
        (dt.date(2026, 12, 28), "before, Thursday 24 December 2026"),
        (DAY - dt.timedelta(days=1), ""),
    ],
)
def test_a_date_on_a_day_off_says_when_it_is_reminded(scene: Scene, day: dt.date, expected: str) -> None:
    item, review = scene.pair.item(), scene.pair.review()
    type(review).objects.filter(pk=review.pk).update(due_date=day)
    Checkpoint.objects.filter(pk=item.pk).update(due_date=day)
    for page in (item.get_absolute_url(), review.get_absolute_url()):
        words = words_of(scene.at("starter").get(page))
        assert (expected in words) if expected else "is a day off" not in words
