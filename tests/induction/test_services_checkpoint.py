"""What happens to an item: who signs, on which text, once."""

from __future__ import annotations

import datetime as dt
import uuid
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from audit.models import AuditEntry
from induction import services
from induction.models import Checkpoint, Decision
from notifications.models import OutgoingMail
from people.models import Cover, LineManagement
from people.rules import Conflict, NotAllowed
from tests.factories import induction as make
from tests.factories.people import PersonFactory, cover

pytestmark = pytest.mark.django_db

WHEN = {"today": make.TODAY, "now": make.NOW}
Kind = Decision.Kind


def ready(pair: make.Pair, owner: str = "person", **more: object) -> Checkpoint:
    """The item as its first signer leaves it."""
    item = pair.item(owner)
    by = pair.manager if owner == "manager" else pair.person
    return services.mark_ready(checkpoint_id=item.pk, by=by, version=item.version, note="Two visits.", **WHEN, **more)


@pytest.mark.parametrize(
    ("owner", "first", "second"),
    [
        ("person", "person", "manager"),
        ("manager", "manager", "person"),
        ("both", "person", "manager"),
        ("both", "manager", "person"),
    ],
)
def test_each_item_takes_two_signatures_in_the_order_of_its_owner(owner: str, first: str, second: str) -> None:
    pair = make.pair()
    item = pair.item(owner)
    assert item.waiting_on == owner
    item = services.mark_ready(checkpoint_id=item.pk, by=getattr(pair, first), version=item.version, **WHEN)
    assert (item.state, item.waiting_on) == ("ready", second)
    assert item.answer_by == make.TODAY + dt.timedelta(days=7)
    with pytest.raises(NotAllowed, match="already signed"):
        services.sign_off(checkpoint_id=item.pk, by=getattr(pair, first), version=item.version, **WHEN)
    item = services.sign_off(checkpoint_id=item.pk, by=getattr(pair, second), version=item.version, **WHEN)
    assert (item.state, item.waiting_on, item.answer_by) == ("signed_off", "nobody", None)
    rows = list(Decision.objects.filter(checkpoint=item).order_by("pk").values_list("kind", "as_role", "content_hash"))
    assert [row[:2] for row in rows] == [("marked_ready", first), ("signed_off", second)]
    assert rows[0][2] == rows[1][2] != ""


@pytest.mark.parametrize(("owner", "wrong"), [("person", "manager"), ("manager", "person")])
def test_the_other_side_cannot_mark_an_item_ready(owner: str, wrong: str) -> None:
    pair = make.pair()
    item = pair.item(owner)
    with pytest.raises(NotAllowed):
        services.mark_ready(checkpoint_id=item.pk, by=getattr(pair, wrong), version=item.version, **WHEN)


def test_nobody_outside_the_pair_signs() -> None:
    pair = make.pair()
    item = ready(pair)
    stranger, other_manager = PersonFactory(), make.pair().manager
    for by in (stranger, other_manager):
        with pytest.raises(NotAllowed, match="Only the starter and their line manager"):
            services.sign_off(checkpoint_id=item.pk, by=by, version=item.version, **WHEN)


def test_cover_signs_in_own_name_for_the_manager_and_only_within_the_dates() -> None:
    pair = make.pair()
    deputy = PersonFactory()
    cover(pair.manager, deputy, make.TODAY, make.TODAY + dt.timedelta(days=1))
    item = ready(pair)
    late = {"today": make.TODAY + dt.timedelta(days=2), "now": make.NOW}
    with pytest.raises(NotAllowed):
        services.sign_off(checkpoint_id=item.pk, by=deputy, version=item.version, **late)
    services.sign_off(checkpoint_id=item.pk, by=deputy, version=item.version, **WHEN)
    decision = Decision.objects.get(checkpoint=item, kind=Kind.SIGNED_OFF)
    assert (decision.by, decision.acting_for) == (deputy, pair.manager)


def test_cover_who_reports_to_the_manager_never_signs_for_themself() -> None:
    pair = make.pair()
    Cover.objects.create(manager=pair.manager, cover=pair.person, start_date=make.TODAY, end_date=make.TODAY)
    item = ready(pair)
    with pytest.raises(NotAllowed, match="already signed"):
        services.sign_off(checkpoint_id=item.pk, by=pair.person, version=item.version, **WHEN)


def test_a_new_manager_holds_the_item_from_the_day_and_the_old_one_no_longer() -> None:
    pair = make.pair()
    new = PersonFactory()
    tomorrow = make.TODAY + dt.timedelta(days=1)
    LineManagement.objects.filter(person=pair.person).update(end_date=make.TODAY)
    LineManagement.objects.create(person=pair.person, manager=new, start_date=tomorrow)
    item = ready(pair)
    with pytest.raises(NotAllowed):
        services.sign_off(checkpoint_id=item.pk, by=pair.manager, version=item.version, today=tomorrow, now=make.NOW)
    item = services.sign_off(checkpoint_id=item.pk, by=new, version=item.version, today=tomorrow, now=make.NOW)
    assert item.state == "signed_off"


def test_a_repeated_form_gives_the_same_answer_and_no_second_row() -> None:
    pair = make.pair()
    key = uuid.uuid4()
    item = ready(pair)
    for _ in range(2):
        answer = services.sign_off(checkpoint_id=item.pk, by=pair.manager, version=item.version, form_key=key, **WHEN)
        assert answer.state == "signed_off"
    assert Decision.objects.filter(checkpoint=item, kind=Kind.SIGNED_OFF).count() == 1
    assert OutgoingMail.objects.filter(kind="induction.checkpoints_signed_off").count() == 1


def test_a_stale_tab_gets_a_conflict_that_says_what_happened() -> None:
    pair = make.pair()
    item = ready(pair)
    services.sign_off(checkpoint_id=item.pk, by=pair.manager, version=item.version, **WHEN)
    with pytest.raises(Conflict, match="already been signed off"):
        services.sign_off(checkpoint_id=item.pk, by=pair.manager, version=item.version, **WHEN)


def test_text_changed_meanwhile_is_not_signed_unread() -> None:
    pair = make.pair()
    item = pair.item("both")
    with pytest.raises(Conflict, match="Read it again"):
        services.mark_ready(checkpoint_id=item.pk, by=pair.person, version=item.version + 1, **WHEN)


def test_hand_back_keeps_the_note_and_starts_a_new_round() -> None:
    pair = make.pair()
    item = ready(pair)
    item = services.hand_back(
        checkpoint_id=item.pk, by=pair.manager, version=item.version, reason="Which visits?", **WHEN
    )
    assert (item.state, item.waiting_on, item.ready_note, item.was_handed_back) == (
        "to_do",
        "person",
        "Two visits.",
        True,
    )
    decision = Decision.objects.get(checkpoint=item, kind=Kind.HANDED_BACK)
    assert decision.entry.free_text.text == "Which visits?"
    mail = OutgoingMail.objects.get(kind="induction.checkpoint_handed_back")
    assert mail.recipient == pair.person
    assert "Which visits?" not in mail.text_body + mail.html_body + mail.subject
    again = services.mark_ready(checkpoint_id=item.pk, by=pair.person, version=item.version, **WHEN)
    assert again.state == "ready"


def test_a_change_clears_the_first_signature() -> None:
    pair = make.pair()
    item = ready(pair)
    data = services.CheckpointData(
        section=item.section,
        method=item.method,
        title="Another title",
        owner=item.owner,
        due_date=item.due_date,
    )
    changed = services.change_checkpoint(
        checkpoint_id=item.pk, by=pair.manager, version=item.version, data=data, **WHEN
    )
    assert (changed.state, changed.waiting_on, changed.first_signer) == ("to_do", "person", None)
    assert changed.original_due_date == item.original_due_date


def test_undo_is_a_new_row_and_only_by_whoever_decided() -> None:
    pair = make.pair()
    item = ready(pair)
    item = services.sign_off(checkpoint_id=item.pk, by=pair.manager, version=item.version, **WHEN)
    with pytest.raises(NotAllowed, match="Only whoever made this decision"):
        services.undo(checkpoint_id=item.pk, by=pair.person, version=item.version, reason="No", **WHEN)
    item = services.undo(checkpoint_id=item.pk, by=pair.manager, version=item.version, reason="Wrong item", **WHEN)
    assert item.state == "to_do"
    kinds = Decision.objects.filter(checkpoint=item).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["marked_ready", "signed_off", "undone"]
    item = services.mark_ready(checkpoint_id=item.pk, by=pair.person, version=item.version, **WHEN)
    item = services.sign_off(checkpoint_id=item.pk, by=pair.manager, version=item.version, **WHEN)
    assert item.state == "signed_off"


def test_a_disagreement_changes_nothing_and_stays() -> None:
    pair = make.pair()
    item = ready(pair)
    services.record_disagreement(checkpoint_id=item.pk, by=pair.person, text="I see it differently.", **WHEN)
    item.refresh_from_db()
    assert item.state == "ready"
    assert Decision.objects.get(kind=Kind.DISAGREED).entry.free_text.text == "I see it differently."


def test_dropping_takes_the_other_sides_agreement() -> None:
    pair = make.pair()
    item = pair.item()
    item = services.propose_drop(
        checkpoint_id=item.pk, by=pair.person, version=item.version, reason="Done before", **WHEN
    )
    with pytest.raises(NotAllowed, match="You made this proposal"):
        services.answer_drop(checkpoint_id=item.pk, by=pair.person, version=item.version, accept=True, **WHEN)
    item = services.answer_drop(checkpoint_id=item.pk, by=pair.manager, version=item.version, accept=True, **WHEN)
    assert (item.state, item.waiting_on, item.answer_by) == ("dropped", "nobody", None)


def test_a_refused_proposal_leaves_the_item_as_it_was() -> None:
    pair = make.pair()
    item = pair.item()
    item = services.propose_drop(
        checkpoint_id=item.pk, by=pair.manager, version=item.version, reason="Not needed", **WHEN
    )
    item = services.answer_drop(
        checkpoint_id=item.pk, by=pair.person, version=item.version, accept=False, reason="I want it", **WHEN
    )
    assert (item.state, item.drop_proposed_by, item.answer_by) == ("to_do", "", None)


def test_a_mandatory_item_is_dropped_by_the_manager_alone() -> None:
    pair = make.pair(programme=make.version(mandatory=True))
    item = pair.item()
    with pytest.raises(NotAllowed, match="mandatory"):
        services.propose_drop(checkpoint_id=item.pk, by=pair.person, version=item.version, reason="No", **WHEN)
    with pytest.raises(NotAllowed, match="Only the line manager"):
        services.drop_mandatory(checkpoint_id=item.pk, by=pair.person, version=item.version, reason="No", **WHEN)
    item = services.drop_mandatory(
        checkpoint_id=item.pk, by=pair.manager, version=item.version, reason="Holds it already", **WHEN
    )
    assert item.state == "dropped"


def test_several_at_once_each_judged_alone_with_one_mail_a_plan() -> None:
    one, two = make.pair(), make.pair()
    items = [ready(one), ready(one, "both")]
    foreign = ready(two)
    result = services.sign_off_many(
        items=[(item.pk, item.version) for item in [*items, foreign]],
        by=one.manager,
        form_key=uuid.uuid4(),
        **WHEN,
    )
    assert {item.pk for item in result.signed} == {item.pk for item in items}
    assert [item.pk for item, _ in result.refused] == [foreign.pk]
    assert OutgoingMail.objects.filter(kind="induction.checkpoints_signed_off").count() == 1


def test_the_same_batch_twice_signs_once() -> None:
    pair = make.pair()
    item = ready(pair)
    key = uuid.uuid4()
    batch = {"items": [(item.pk, item.version)], "by": pair.manager, "form_key": key, **WHEN}
    assert len(services.sign_off_many(**batch).signed) == 1
    again = services.sign_off_many(**batch)
    assert (len(again.signed), len(again.already)) == (0, 1)
    assert Decision.objects.filter(kind=Kind.SIGNED_OFF).count() == 1


def test_every_decision_is_sealed_in_the_persons_chain() -> None:
    pair = make.pair()
    ready(pair)
    for decision in Decision.objects.all():
        assert decision.entry.facts["sealed"] == decision.sealed_facts()
        assert decision.entry.chain == f"person:{pair.person.pk}"
    assert AuditEntry.objects.filter(verb="induction.marked_ready").count() == 1


def test_an_item_handed_back_late_gives_its_owner_time() -> None:
    pair = make.pair()
    item = ready(pair)
    Checkpoint.objects.filter(pk=item.pk).update(due_date=make.TODAY - dt.timedelta(days=30))
    item = services.hand_back(checkpoint_id=item.pk, by=pair.manager, version=item.version, reason="Why?", **WHEN)
    assert item.due_date == make.TODAY + dt.timedelta(days=7)


def test_undoing_a_drop_clears_an_agreement_given_without_the_item() -> None:
    pair = make.pair(agreed=False, programme=make.version(mandatory=True))
    item = pair.item()
    item = services.drop_mandatory(checkpoint_id=item.pk, by=pair.manager, version=1, reason="Held already", **WHEN)
    pair.plan.refresh_from_db()
    services.agree_plan(plan_id=pair.plan.pk, by=pair.person, revision=pair.plan.revision, **WHEN)
    services.undo(checkpoint_id=item.pk, by=pair.manager, version=item.version, reason="Needed", **WHEN)
    pair.plan.refresh_from_db()
    assert pair.plan.person_agreed_revision is None


def test_what_was_changed_stands_in_the_history_with_both_values() -> None:
    pair = make.pair()
    item = pair.item()
    data = services.CheckpointData(
        section=item.section,
        method=item.method,
        title=item.title,
        owner=item.owner,
        due_date=item.due_date + dt.timedelta(days=365),
        why=item.why,
        how=item.how,
    )
    services.change_checkpoint(checkpoint_id=item.pk, by=pair.manager, version=1, data=data, **WHEN)
    text = Decision.objects.get(kind=Kind.CHANGED).entry.free_text.text
    assert text == f"Due date: {item.due_date} → {data.due_date}"


def test_the_same_item_added_twice_is_one_item() -> None:
    pair = make.pair()
    data = services.CheckpointData(
        section="do", method="coaching", title="Meet a coach", owner="person", due_date=make.TODAY
    )
    added = {"plan_id": pair.plan.pk, "by": pair.person, "data": data, "form_key": uuid.uuid4(), **WHEN}
    assert services.add_checkpoint(**added) == services.add_checkpoint(**added)


def test_a_form_key_of_another_item_never_passes_for_saved() -> None:
    pair = make.pair()
    key = uuid.uuid4()
    one, two = ready(pair), ready(pair, "both")
    services.sign_off(checkpoint_id=one.pk, by=pair.manager, version=one.version, form_key=key, **WHEN)
    with pytest.raises(Conflict, match="nothing was saved"):
        services.sign_off(checkpoint_id=two.pk, by=pair.manager, version=two.version, form_key=key, **WHEN)


def test_a_form_key_from_before_a_hand_back_never_passes_for_saved() -> None:
    pair = make.pair()
    key = uuid.uuid4()
    item = ready(pair, form_key=key)
    item = services.hand_back(checkpoint_id=item.pk, by=pair.manager, version=item.version, reason="Why?", **WHEN)
    with pytest.raises(Conflict, match="nothing was saved"):
        services.mark_ready(checkpoint_id=item.pk, by=pair.person, version=item.version, form_key=key, **WHEN)


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({}, False),
        ({"ready_note": "Other words"}, True),
        ({"title": "Another title"}, True),
        ({"state": "to_do", "waiting_on": "person"}, False),
    ],
)
def test_words_changed_behind_a_signature_are_found(fields: dict[str, str], found: bool) -> None:
    pair = make.pair()
    item = ready(pair)
    services.sign_off(checkpoint_id=item.pk, by=pair.manager, version=item.version, **WHEN)
    if fields:
        Checkpoint.objects.filter(pk=item.pk).update(**fields)
    out = StringIO()
    if found:
        with pytest.raises(CommandError):
            call_command("verify_audit", stdout=out, stderr=out)
        assert "not the ones that were signed" in out.getvalue()
    else:
        call_command("verify_audit", stdout=out, stderr=out)


def test_an_item_that_is_closed_without_a_decision_is_found() -> None:
    pair = make.pair()
    Checkpoint.objects.filter(pk=pair.item().pk).update(state="signed_off", waiting_on="nobody")
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_audit", stdout=out, stderr=out)
    assert "no decision says so" in out.getvalue()
