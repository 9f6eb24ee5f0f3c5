"""What is typed about a CPD plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms

from govuk.fields import GovDateField
from govuk.forms import GovForm
from govuk.typed import EvidenceField, LongTextField, VersionField
from pathways.models import CareerRole, CpdAction, CpdGoal
from pathways.rules.cpd_plan import FURTHEST
from pathways.services.cpd_plan import ActionData


class GoalForm(GovForm):
    """A goal: the role it leads to, or a wish of one's own."""

    role = forms.ChoiceField(label="Does it lead to a role?", required=False)
    title = forms.CharField(
        label="What do you want to reach?",
        max_length=160,
        help_text="Something of which you can say afterwards whether it is met.",
        error_messages={"required": "Enter what you want to reach", "max_length": "Use 160 characters or fewer"},
    )
    why = LongTextField(
        what="why it matters",
        label="Why it matters to you",
        rows=3,
        help_text="Do not name people we support.",
    )
    version = VersionField()

    def __init__(self, *args: Any, roles: Iterable[CareerRole], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.roles = {str(role.pk): role for role in roles}
        choices = [(key, role.job_role.title) for key, role in self.roles.items()]
        self.fields["role"].choices = [("", "No, it is a wish of my own"), *choices]

    @staticmethod
    def start_of(goal: CpdGoal) -> dict[str, Any]:
        return {"role": str(goal.role_id or ""), "title": goal.title, "why": goal.why}

    def data_for_service(self) -> dict[str, Any]:
        role = self.roles.get(self.cleaned_data["role"])
        return {"role": role} | {name: self.cleaned_data[name] for name in ("title", "why", "version")}


class ActionForm(GovForm):
    """One thing to do for a goal."""

    title = forms.CharField(
        label="What will you do?",
        max_length=160,
        error_messages={"required": "Enter what you will do", "max_length": "Use 160 characters or fewer"},
    )
    kind = forms.ChoiceField(
        label="How do you learn by it?",
        choices=CpdAction.Kind,
        widget=forms.RadioSelect,
        help_text="Most learning is in the work itself, some with others, a little in courses.",
        error_messages={"required": "Choose how you learn by it"},
    )
    due_date = GovDateField(label="By when", what="the date by when you will do it")
    needs = forms.CharField(
        label="What does it need?",
        required=False,
        max_length=300,
        help_text="Like time, a colleague to go along with, or a place on a course.",
    )
    version = VersionField()

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        last = self.fields["due_date"]
        last.not_before, last.not_after = today, today + FURTHEST

    @staticmethod
    def start_of(action: CpdAction) -> dict[str, Any]:
        return {name: getattr(action, name) for name in ("title", "kind", "due_date", "needs")}

    def data_for_service(self) -> ActionData:
        return ActionData(**{name: self.cleaned_data[name] for name in ("title", "kind", "due_date", "needs")})


class DoneForm(GovForm):
    """What came of an action, and where the evidence is; of one that is dropped it may stay unsaid."""

    note = LongTextField(
        what="what came of it", label="What came of it", rows=4, help_text="Do not name people we support."
    )
    evidence_url = EvidenceField(label="Link to evidence", help_text="For example a certificate on the intranet.")
    version = VersionField()

    def __init__(self, *args: Any, is_done: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = is_done


class PlanReasonForm(GovForm):
    """Why a goal is met, not met, or dropped."""

    reason = LongTextField(what="the reason", label="What makes you say so?", required=True, rows=4)
    version = VersionField()


class ReviewDateForm(GovForm):
    """The next yearly review."""

    review_date = GovDateField(label="Next review", what="the day of the next review")
    version = VersionField()

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day = self.fields["review_date"]
        day.not_before, day.not_after = today, today + 2 * dt.timedelta(days=366)


class CpdReviewForm(GovForm):
    """The manager's review: when, what was said, an answer to each goal that waits, and the next day."""

    held_date = GovDateField(label="When did you talk?", what="the date on which you talked")
    comment = LongTextField(
        what="your comment",
        label="Your comment",
        required=True,
        help_text="You both read it, and it cannot be changed later.",
    )
    next_date = GovDateField(label="Next review", what="the day of the next review")
    version = VersionField()

    def __init__(self, *args: Any, goals: Iterable[CpdGoal], today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.goals = list(goals)
        self.fields["held_date"].not_after = today
        self.fields["next_date"].not_before = today
        self.fields["next_date"].not_after = today + 2 * dt.timedelta(days=366)
        for goal in self.goals:
            word = "met" if goal.state == CpdGoal.State.SAID_MET else "not met"
            self.fields[f"goal_{goal.pk}"] = forms.ChoiceField(
                label=f"{goal.title}: said to be {word}",
                choices=[("confirm", f"I confirm: {word}"), ("hand_back", "I see it differently: open it again")],
                widget=forms.RadioSelect,
                help_text=goal.outcome_reason,
                error_messages={"required": f"Choose what you say to “{goal.title}”"},
            )
        self.order_fields(["held_date", *(f"goal_{goal.pk}" for goal in self.goals), "comment", "next_date"])

    def data_for_service(self) -> dict[str, Any]:
        answers = {goal.pk: self.cleaned_data[f"goal_{goal.pk}"] for goal in self.goals}
        names = ("held_date", "comment", "next_date", "version")
        return {"answers": answers} | {name: self.cleaned_data[name] for name in names}
