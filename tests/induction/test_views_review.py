"""A review: written by both, signed by both, and the end of an induction."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from induction.models import Checkpoint, InductionPlan, Review
from tests.induction.conftest import DAY, Scene, key, words_of

HELD = {"held_date_day": "21", "held_date_month": "9", "held_date_year": "2026"}


def save(scene: Scene, who: str, review: Review, **data: str) -> object:
    review.refresh_from_db()
    fields = {**HELD, "comment": f"From {who}", "next_steps": "Meet again", "version": str(review.version)}
    return scene.at(who).post(review.get_absolute_url(), fields | data)


def sign(scene: Scene, who: str, review: Review) -> object:
    review.refresh_from_db()
    address = reverse("induction:review_sign", args=[review.pk])
    return scene.at(who).post(address, {"version": review.version, "form_key": key()}, follow=True)


def test_both_write_and_both_sign(scene: Scene) -> None:
    review = scene.pair.review()
    assert "Enter the date you held the review" in words_of(scene.at("manager").get(review.get_absolute_url()))
    save(scene, "manager", review)
    save(scene, "starter", review)
    page = words_of(scene.at("manager").get(review.get_absolute_url()))
    assert "From manager" in page
    assert "From starter" in page
    assert "It now waits for" in words_of(sign(scene, "starter", review))
    assert "Signed by both of you." in words_of(sign(scene, "manager", review))
    review.refresh_from_db()
    assert review.state == Review.State.SIGNED
    frozen = words_of(scene.at("manager").get(review.get_absolute_url()))
    assert "The text is frozen." in frozen
    assert save(scene, "manager", review).status_code == 409  # type: ignore[attr-defined]


def test_a_change_after_one_signature_clears_it_and_says_so(scene: Scene) -> None:
    review = scene.pair.review()
    save(scene, "manager", review)
    sign(scene, "manager", review)
    assert "that signature is cleared" in words_of(scene.at("starter").get(review.get_absolute_url()))
    save(scene, "starter", review, comment="Another view")
    review.refresh_from_db()
    assert review.state == Review.State.PLANNED
    assert "both sign again" in words_of(scene.at("starter").get(review.get_absolute_url()))


def test_a_stale_tab_keeps_its_text(scene: Scene) -> None:
    review = scene.pair.review()
    save(scene, "manager", review)
    response = save(scene, "starter", review, version="1", comment="Half an hour of typing")
    assert response.status_code == 409  # type: ignore[attr-defined]
    assert "Half an hour of typing" in words_of(response)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"held_date_day": "22"}, "must be on or before 21 September 2026"),
        ({"held_date_month": "8"}, "must be on or after 1 September 2026"),
        ({"held_date_day": "31"}, "must be a real date"),
        ({"comment": "z" * 50_000}, "It has 50,000."),
    ],
)
def test_refused_input_is_kept(scene: Scene, data: dict[str, str], error: str) -> None:
    words = words_of(save(scene, "manager", scene.pair.review(), **data))
    assert error in words
    assert data.get("comment", "From manager") in words
    assert "<title>Error: " in words


def test_the_agenda_is_drawn_from_the_plan(scene: Scene) -> None:
    item = scene.pair.item()
    Checkpoint.objects.filter(pk=item.pk).update(due_date=DAY - dt.timedelta(days=3))
    words = words_of(scene.at("starter").get(scene.pair.review().get_absolute_url()))
    assert "How it goes" in words
    assert "Late (1)" in words
    assert item.title in words


def test_only_the_manager_proposes_how_it_goes_on(scene: Scene) -> None:
    final = scene.pair.review(6)
    assert 'name="outcome"' in words_of(scene.at("manager").get(final.get_absolute_url()))
    assert 'name="outcome"' not in words_of(scene.at("starter").get(final.get_absolute_url()))
    save(scene, "starter", final, outcome="complete")
    final.refresh_from_db()
    assert final.outcome == ""


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"outcome": "extend", "outcome_reason": "More time"}, "Enter the date to extend to"),
        ({"outcome": "stop"}, "Enter the reason"),
        ({"outcome": "nonsense"}, "Select a valid choice"),
    ],
)
def test_an_outcome_needs_its_date_and_reason(scene: Scene, data: dict[str, str], error: str) -> None:
    assert error in words_of(save(scene, "manager", scene.pair.review(6), **data))


def test_nobody_closes_a_plan_alone(scene: Scene) -> None:
    for month in (1, 3):
        review = scene.pair.review(month)
        save(scene, "manager", review)
        sign(scene, "manager", review)
        sign(scene, "starter", review)
    final = scene.pair.review(6)
    save(scene, "manager", final, outcome="complete")
    sign(scene, "manager", final)
    scene.plan.refresh_from_db()
    assert scene.plan.state == InductionPlan.State.ACTIVE
    twice = sign(scene, "manager", final)
    assert twice.status_code == 403  # type: ignore[attr-defined]
    assert "The induction is complete." in words_of(sign(scene, "starter", final))
    scene.plan.refresh_from_db()
    assert scene.plan.state == InductionPlan.State.COMPLETED


def test_an_extension_agreed_at_the_final_review(scene: Scene) -> None:
    final = scene.pair.review(6)
    extend = {"outcome": "extend", "outcome_reason": "Two visits are missing"}
    extend |= {"outcome_date_day": "1", "outcome_date_month": "5", "outcome_date_year": "2027"}
    save(scene, "manager", final, **extend)
    sign(scene, "manager", final)
    assert "The plan goes on until 1 May 2027." in words_of(sign(scene, "starter", final))
    scene.plan.refresh_from_db()
    assert scene.plan.end_date == dt.date(2027, 5, 1)


def sign_with(scene: Scene, who: str, review: Review, **data: str) -> object:
    """The second button of the form: it carries everything that is typed."""
    review.refresh_from_db()
    fields = {**HELD, "comment": f"From {who}", "next_steps": "Meet again", "version": str(review.version)}
    address = reverse("induction:review_sign", args=[review.pk])
    return scene.at(who).post(address, fields | {"form_key": key()} | data, follow=True)


def test_signing_with_new_words_saves_them_first_and_asks_again(scene: Scene) -> None:
    review = scene.pair.review()
    save(scene, "manager", review)
    page = words_of(scene.at("manager").get(review.get_absolute_url()))
    assert page.count(f'<form method="post" action="{review.get_absolute_url()}"') == 1
    assert f'<form method="post" action="{reverse("induction:review_sign", args=[review.pk])}"' not in page
    assert f'formaction="{reverse("induction:review_sign", args=[review.pk])}"' in page
    words = words_of(sign_with(scene, "manager", review, comment="Typed a minute ago"))
    review.refresh_from_db()
    assert (review.manager_comment, review.state) == ("Typed a minute ago", Review.State.PLANNED)
    assert "Read it again, then sign." in words
    assert "Typed a minute ago" in words
    assert "It now waits for" in words_of(sign_with(scene, "manager", review, comment="Typed a minute ago"))
    review.refresh_from_db()
    assert review.state == Review.State.HELD


def test_signing_what_cannot_be_saved_keeps_the_words(scene: Scene) -> None:
    review = scene.pair.review()
    save(scene, "manager", review)
    words = words_of(sign_with(scene, "manager", review, held_date_day="31", comment="Half an hour"))
    assert "must be a real date" in words
    assert "Half an hour" in words
    stale = sign_with(scene, "manager", review, version="1", comment="Half an hour")
    assert stale.status_code == 409  # type: ignore[attr-defined]
    assert "Half an hour" in words_of(stale)


def test_a_signature_of_an_earlier_round_says_that_it_was_cleared(scene: Scene) -> None:
    review = scene.pair.review()
    save(scene, "manager", review)
    sign(scene, "manager", review)
    assert "cleared later" not in words_of(scene.at("manager").get(review.get_absolute_url()))
    save(scene, "starter", review, comment="Another view")
    assert "signed earlier words of this, cleared later" in words_of(scene.at("manager").get(review.get_absolute_url()))
    history = words_of(scene.at("manager").get(reverse("induction:plan_history", args=[scene.plan.pk])))
    assert "cleared later" in history


def test_what_the_page_of_a_review_is_called_stands_once(scene: Scene) -> None:
    review = scene.pair.review()
    save(scene, "manager", review)
    sign(scene, "manager", review)
    assert words_of(scene.at("starter").get(review.get_absolute_url())).count("Held") == 1
