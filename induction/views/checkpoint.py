"""An item of a plan: read it, move it on, adapt it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from induction import forms, rules, services
from induction.models import Checkpoint, Decision
from induction.reading import decisions_on_item
from induction.views import shown
from induction.views.plan_parts import cleared_words
from induction.views.sight import Sight, checkpoint_sight, last_side, plan_sight
from people.models import Person

# An item may be planned a little beyond the end, for what follows from the final review.
BEYOND_END = dt.timedelta(days=366)


@require_http_methods(["GET", "POST"])
def checkpoint_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What, why, how, the trail, and one form at the end by role and state."""
    today = timezone.localdate()
    sight, checkpoint = checkpoint_sight(request, pk, today=today)
    if request.method == "POST":
        return _act(request, sight, checkpoint)
    return _page(request, sight, checkpoint, form=None)


def _act(request: HttpRequest, sight: Sight, checkpoint: Checkpoint) -> HttpResponse:
    """The one form of the page; which button was pressed says which service is meant."""
    act = request.POST.get("act", "")
    form: django_forms.Form
    if act == "mark_ready":
        form = forms.ReadyForm(request.POST)
    elif act in {"sign_off", "hand_back"}:
        form = forms.SignatureForm(request.POST, act=act)
    else:
        return redirect(checkpoint)
    if not form.is_valid():
        return _page(request, sight, checkpoint, form=form)
    data = dict(form.cleaned_data)
    if act == "hand_back":
        data["reason"] = data.pop("comment")
    after = getattr(services, act)(
        checkpoint_id=checkpoint.pk, by=sight.reader, today=sight.today, now=timezone.now(), **data
    )
    _tell(request, sight, after, act)
    return redirect(checkpoint)


def _tell(request: HttpRequest, sight: Sight, checkpoint: Checkpoint, act: str) -> None:
    """What has been saved, who has it now, and the next one."""
    words = rules.signing_words(checkpoint.owner)
    said = {
        "mark_ready": words.said_first,
        "sign_off": words.said_second,
        "hand_back": "Handed back with your reason.",
    }[act]
    holder = sight.holder(checkpoint.waiting_on)
    now_with = (
        f"{said} {holder[:1].upper()}{holder[1:]} {'have' if holder == 'you' else 'has'} it now." if holder else said
    )
    if act == "hand_back":
        again = sight.holder(checkpoint.waiting_on)
        now_with += f" This cannot be undone, but {again} can {words.first.replace('Mark', 'mark it')} again."
    following = next_in_hand(request, sight, checkpoint)
    if following is None:
        messages.success(request, now_with)
        return
    messages.success(
        request,
        format_html(
            '{}<br><a class="govuk-notification-banner__link" href="{}">Next: {}</a>',
            now_with,
            f"{following.get_absolute_url()}#act",
            following.title,
        ),
    )


def next_in_hand(request: HttpRequest, sight: Sight, checkpoint: Checkpoint) -> Checkpoint | None:
    """The next item that waits for the reader: a manager's oldest signature in any plan, a starter's next to do."""
    items = Checkpoint.objects.visible_to(request.user, today=sight.today).open().exclude(pk=checkpoint.pk)
    if sight.is_manager:
        ready = items.filter(state=Checkpoint.State.READY, waiting_on="manager").exclude(plan__person=sight.reader)
        return ready.filter(plan__state__in=["agreeing", "active"]).order_by("waiting_since", "pk").first()
    mine = items.filter(plan=sight.plan, waiting_on__in=["person", "both"])
    return mine.order_by("due_date", "position", "pk").first()


def _page(
    request: HttpRequest, sight: Sight, checkpoint: Checkpoint, *, form: django_forms.Form | None
) -> HttpResponse:
    decisions = decisions_on_item(checkpoint_id=checkpoint.pk)[::-1]
    actions = sight.actions(checkpoint, last_side=last_side(decisions))
    start = {"version": checkpoint.version}
    if form is None and "mark_ready" in actions:
        form = forms.ReadyForm(initial=start | _written_before(checkpoint, decisions, by=sight.reader))
    elif form is None and "sign_off" in actions:
        form = forms.SignatureForm(initial=start)
    may_be_done_in_time = checkpoint.state == Checkpoint.State.TO_DO and checkpoint.due_date >= sight.today
    context = {
        "sight": sight,
        "plan": sight.plan,
        "checkpoint": checkpoint,
        "state": shown.checkpoint_state(
            checkpoint, today=sight.today, is_paused=sight.plan.state == sight.plan.State.PAUSED
        ),
        "days": shown.days_late(checkpoint, sight),
        "asked_by": rules.asked_by(checkpoint),
        "day_off": shown.day_off_words(checkpoint.due_date) if may_be_done_in_time else "",
        "holder": sight.holder(_with(checkpoint)),
        "actions": actions,
        "doer": _doer(sight, checkpoint),
        "words": shown.action_words("mark_ready" if "mark_ready" in actions else "sign_off", checkpoint),
        "events": [shown.history_line(decision, sight, with_title=False, item=checkpoint) for decision in decisions],
        "form": form,
        "can_disagree": sight.plan.state in {"agreeing", "active"},
    }
    return render(request, "induction/checkpoint_detail.html", context)


def _with(checkpoint: Checkpoint) -> str:
    """Whose turn it is: while a proposal to leave the item out waits, whoever answers it."""
    if checkpoint.drop_proposed_by:
        return rules.other_side(checkpoint.drop_proposed_by)
    return checkpoint.waiting_on


def _written_before(checkpoint: Checkpoint, decisions: Sequence[Decision], *, by: Person) -> dict[str, str]:
    """What the reader wrote when the item was ready before, never the other's words; `decisions` oldest first."""
    last = next((row for row in reversed(decisions) if row.kind == Decision.Kind.MARKED_READY), None)
    if last is None or last.by_id != by.pk:
        return {}
    return {"note": checkpoint.ready_note, "evidence_url": checkpoint.evidence_url}


def _doer(sight: Sight, checkpoint: Checkpoint) -> str:
    """Who does the item, by name; "You" for the reader."""
    words = sight.holder(checkpoint.owner)
    return f"{words[:1].upper()}{words[1:]}"


@require_http_methods(["GET", "POST"])
def checkpoint_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Either of the two adds an item of their own to the plan."""
    today = timezone.localdate()
    sight = plan_sight(request, pk, today=today)
    rules.check_can_work_on(sight.plan.state)
    form = forms.CheckpointForm(request.POST or None, **_date_limits(sight), initial={"owner": "person"})
    if request.method == "POST" and form.is_valid():
        checkpoint = services.add_checkpoint(
            plan_id=pk,
            by=sight.reader,
            data=form.data_for_service(),
            form_key=form.cleaned_data["form_key"],
            today=today,
            now=timezone.now(),
        )
        messages.success(request, f"“{checkpoint.title}” is in the plan.{cleared_words(sight)}")
        return redirect(checkpoint)
    context = {"sight": sight, "plan": sight.plan, "form": form, "clears": _clears(sight)}
    return render(request, "induction/checkpoint_add.html", context)


@require_http_methods(["GET", "POST"])
def checkpoint_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Adapt an open item; a first signature stood under the old words and is cleared."""
    today = timezone.localdate()
    sight, checkpoint = checkpoint_sight(request, pk, today=today)
    rules.check_can_change(checkpoint, side=sight.side, plan_state=sight.plan.state)
    form = forms.CheckpointForm.of(checkpoint, request.POST or None, **_date_limits(sight))
    if request.method == "POST" and form.is_valid():
        services.change_checkpoint(
            checkpoint_id=pk,
            by=sight.reader,
            version=form.cleaned_data["version"],
            data=form.data_for_service(),
            today=today,
            now=timezone.now(),
        )
        messages.success(request, f"The item is changed.{cleared_words(sight)}")
        return redirect(checkpoint)
    context = {
        "sight": sight,
        "plan": sight.plan,
        "checkpoint": checkpoint,
        "form": form,
        "clears": _clears(sight),
        "clears_signature": checkpoint.state == Checkpoint.State.READY,
    }
    return render(request, "induction/checkpoint_change.html", context)


def _date_limits(sight: Sight) -> dict[str, dt.date]:
    return {"plan_start": sight.plan.start_date, "furthest": sight.plan.end_date + BEYOND_END, "today": sight.today}


def _clears(sight: Sight) -> bool:
    """Whether a change now clears an agreement that one of the two has given."""
    plan = sight.plan
    return plan.state == plan.State.AGREEING and bool(plan.person_agreed_revision or plan.manager_agreed_revision)


@dataclass(frozen=True)
class Act:
    """A rarer act: a page of its own with what it means, one field and one button."""

    title: str
    lead: str
    label: str
    button: str
    done: str
    check: Callable[..., object]
    service: Callable[..., object]
    needs_version: bool = True
    names_reason: str = "reason"
    is_grave: bool = False


ACTS = {
    "undo": Act(
        title="Undo the last decision",
        lead="The item goes back to “to do”. The decision stays in the history with yours after it.",
        label="Why do you undo it?",
        button="Undo the decision",
        done="Undone. The item is open again.",
        check=rules.check_can_undo,
        service=services.undo,
        is_grave=True,
    ),
    "propose_drop": Act(
        title="Propose to leave this out",
        lead="The other of you answers. Until then the item stays as it is.",
        label="Why is it not needed?",
        button="Propose to leave it out",
        done="Proposed. The other of you answers now.",
        check=rules.check_can_propose_drop,
        service=services.propose_drop,
    ),
    "drop": Act(
        title="Leave this mandatory item out",
        lead="Only the line manager can do this. The reason stands in the record of the plan.",
        label="Why is it left out?",
        button="Leave it out",
        done="Left out, with your reason in the record.",
        check=rules.check_can_drop,
        service=services.drop_mandatory,
        is_grave=True,
    ),
    "disagree": Act(
        title="Record that you see it differently",
        lead="This changes no state and cannot be removed. Both of you see it on the item and in the history.",
        label="What do you see differently?",
        button="Record the disagreement",
        done="Recorded. Talk about it at your next supervision or review.",
        check=rules.check_can_work_on,
        service=services.record_disagreement,
        needs_version=False,
        names_reason="text",
    ),
}


@require_http_methods(["GET", "POST"])
def checkpoint_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Undo, propose to leave out, leave out, disagree: each asks for its reason on a page of its own."""
    today = timezone.localdate()
    sight, checkpoint = checkpoint_sight(request, pk, today=today)
    meant = ACTS[act]
    form = forms.ReasonForm(request.POST or None, label=meant.label, initial={"version": checkpoint.version})
    if request.method == "POST" and form.is_valid():
        data: dict[str, Any] = {meant.names_reason: form.cleaned_data["reason"]}
        if meant.needs_version:
            data["version"] = form.cleaned_data["version"]
        if act != "propose_drop":
            data["form_key"] = form.cleaned_data["form_key"]
        meant.service(checkpoint_id=pk, by=sight.reader, today=today, now=timezone.now(), **data)
        messages.success(request, f"{meant.done}{cleared_words(sight)}")
        return redirect(checkpoint)
    _check(act, sight, checkpoint)
    context = {"sight": sight, "plan": sight.plan, "checkpoint": checkpoint, "form": form, "act": meant}
    return render(request, "induction/checkpoint_act.html", context)


def _check(act: str, sight: Sight, checkpoint: Checkpoint) -> None:
    """The page of an act that is not possible says why, before anything is typed."""
    if act == "disagree":
        rules.check_can_work_on(sight.plan.state)
        return
    extra = {"last_side": last_side(checkpoint.decisions.order_by("at", "pk"))} if act == "undo" else {}
    ACTS[act].check(checkpoint, side=sight.side, plan_state=sight.plan.state, **extra)


@require_http_methods(["GET", "POST"])
def checkpoint_answer_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """The other of the two answers a proposal to leave an item out."""
    today = timezone.localdate()
    sight, checkpoint = checkpoint_sight(request, pk, today=today)
    form = forms.AnswerDropForm(request.POST or None, initial={"version": checkpoint.version})
    if request.method == "POST" and form.is_valid():
        accept = form.cleaned_data.pop("answer") == "accept"
        services.answer_drop(
            checkpoint_id=pk, by=sight.reader, accept=accept, today=today, now=timezone.now(), **form.cleaned_data
        )
        messages.success(request, f"{'Left out of' if accept else 'The item stays in'} the plan.{cleared_words(sight)}")
        return redirect(sight.plan if accept else checkpoint)
    rules.check_can_answer_drop(checkpoint, side=sight.side, plan_state=sight.plan.state)
    proposal = checkpoint.decisions.filter(kind=Decision.Kind.DROP_PROPOSED).order_by("-at", "-pk")
    proposed = proposal.select_related("by", "acting_for", "entry__free_text").first()
    context = {
        "sight": sight,
        "plan": sight.plan,
        "checkpoint": checkpoint,
        "form": form,
        "events": [shown.history_line(proposed, sight, with_title=False)] if proposed else [],
    }
    return render(request, "induction/checkpoint_answer_drop.html", context)
