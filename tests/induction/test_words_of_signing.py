"""One word for each act: on the first page, in the queue, in the plan, on the item's page, its history (ruling 9)."""

from __future__ import annotations

import datetime as dt

import pytest

from induction.models import Checkpoint
from tests.induction.conftest import DAY, Scene, words_of

pytestmark = pytest.mark.django_db

EVERY = {"Mark as ready", "Mark as done", "Sign off", "Confirm it is done"}
FIRST = {"person": "Mark as ready", "manager": "Mark as done", "both": "Mark as ready"}
SECOND = {"person": "Sign off", "manager": "Confirm it is done", "both": "Sign off"}
TOLD = {"person": "marked as ready", "manager": "marked as done", "both": "marked as ready"}
PAIR = {"person": ("starter", "manager"), "manager": ("manager", "starter")}


def only(scene: Scene, owner: str) -> Checkpoint:
    """The one open item of the plan, due soon."""
    item = scene.pair.item(owner)
    scene.plan.checkpoints.exclude(pk=item.pk).delete()
    scene.plan.reviews.all().delete()
    Checkpoint.objects.filter(pk=item.pk).update(due_date=DAY + dt.timedelta(days=2))
    item.refresh_from_db()
    return item


def acts_on(scene: Scene, who: str, item: Checkpoint) -> dict[str, set[str]]:
    """The words for acting on an item, page by page."""
    pages = ["/", scene.plan.get_absolute_url(), item.get_absolute_url()]
    pages += ["/team/"] if who == "manager" else []
    client = scene.at(who)
    return {page: {word for word in EVERY if f"{word}<" in client.get(page).content.decode()} for page in pages}


@pytest.mark.parametrize(
    ("owner", "side"), [("person", "person"), ("manager", "manager"), ("both", "person"), ("both", "manager")]
)
def test_one_word_for_each_act_everywhere(scene: Scene, owner: str, side: str) -> None:
    item = only(scene, owner)
    first, second = PAIR[side]
    assert set(map(frozenset, acts_on(scene, first, item).values())) == {frozenset({FIRST[owner]})}
    page = item.get_absolute_url()
    answer = scene.at(first).post(page, {"act": "mark_ready", "version": item.version, "note": "Done."}, follow=True)
    assert f"{TOLD[owner][:1].upper()}{TOLD[owner][1:]}." in words_of(answer)
    item.refresh_from_db()
    assert set(map(frozenset, acts_on(scene, second, item).values())) == {frozenset({SECOND[owner]})}
    told = words_of(scene.at(second).get(page))
    assert TOLD[owner].replace("marked", "marked this") in told
    answer = scene.at(second).post(page, {"act": "sign_off", "version": item.version, "comment": ""}, follow=True)
    assert ("Confirmed as done." if owner == "manager" else "Signed off.") in words_of(answer)
    history = words_of(scene.at(second).get(f"{scene.plan.get_absolute_url()}history/"))
    assert ("confirmed that “" if owner == "manager" else "signed “") in history
