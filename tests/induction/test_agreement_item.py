"""In old plans, too, the item “agree the plan” says what the agreement says."""

from __future__ import annotations

import importlib

import pytest
from django.apps import apps

from induction import services
from induction.models import Decision
from tests.factories import induction as make

pytestmark = pytest.mark.django_db

WHEN = {"today": make.TODAY, "now": make.NOW}
BOTH = ("person", "manager")


@pytest.mark.parametrize(
    ("agreed", "before", "after"),
    [
        ((), ("to_do", "both"), ("to_do", "both")),
        (("manager",), ("ready", "person"), ("to_do", "both")),
        ((), ("signed_off", "nobody"), ("to_do", "both")),
        (BOTH, ("to_do", "both"), ("signed_off", "nobody")),
        (BOTH, ("ready", "person"), ("signed_off", "nobody")),
        (BOTH, ("dropped", "nobody"), ("dropped", "nobody")),
    ],
)
def test_old_plans_say_what_their_agreement_says(
    agreed: tuple[str, ...], before: tuple[str, str], after: tuple[str, str]
) -> None:
    version = make.version()
    make.ItemFactory(version=version, key="sign-the-plan", owner="both")
    pair = make.pair(programme=version, agreed=False)
    for side in agreed:
        services.agree_plan(plan_id=pair.plan.pk, by=getattr(pair, side), revision=1, **WHEN)
    item = pair.plan.checkpoints.filter(source_key="sign-the-plan")
    item.update(state=before[0], waiting_on=before[1], is_agreement=True)
    importlib.import_module("induction.migrations.0009_agreed_items").follow(apps, None)
    assert (item.get().state, item.get().waiting_on) == after
    assert list(Decision.unsealed()) == []
    for side in {*BOTH} - {*agreed}:
        services.agree_plan(plan_id=pair.plan.pk, by=getattr(pair, side), revision=1, **WHEN)
    assert item.get().state == ("dropped" if after[0] == "dropped" else "signed_off")


def test_a_signed_off_item_of_a_plan_that_nobody_agreed_is_found_out() -> None:
    version = make.version()
    make.ItemFactory(version=version, key="sign-the-plan", owner="both", is_agreement=True)
    pair = make.pair(programme=version, agreed=False)
    pair.plan.checkpoints.filter(is_agreement=True).update(state="signed_off", waiting_on="nobody")
    assert [reason for _, reason in Decision.unsealed()] == ["is closed, and no decision says so"]
