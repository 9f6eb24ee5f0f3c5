"""Invented examples for the gallery at `/design/`. Nothing here is a person or a plan."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator

from govuk.fields import GovDateField
from govuk.forms import GovForm
from govuk.states import STATES
from govuk.timeline import Mark, build_sparkline, build_timeline

TODAY = date(2026, 11, 23)
START = date(2026, 8, 31)


class ExampleForm(GovForm):
    """Each kind of field once."""

    title = forms.CharField(label="Title", help_text="What you would call it in a sentence", max_length=120)
    email = forms.EmailField(label="Work e-mail address")
    hours = forms.IntegerField(label="Hours a week", required=False, min_value=1, max_value=37)
    method = forms.ChoiceField(
        label="How", choices=[("", "Choose one"), ("shadowing", "Shadowing"), ("workshop", "Workshop")]
    )
    outcome = forms.ChoiceField(
        label="What do you want to do?",
        widget=forms.RadioSelect,
        choices=[("sign_off", "Sign it off"), ("hand_back", "Hand it back")],
    )
    themes = forms.MultipleChoiceField(
        label="What did it touch?",
        help_text="Choose all that apply",
        widget=forms.CheckboxSelectMultiple,
        choices=[("know", "Know"), ("understand", "Understand"), ("do", "Do")],
        required=False,
    )
    held_date = GovDateField(label="When did you meet?", what="the date you held the review")
    note = forms.CharField(
        label="Your note",
        help_text="Leave out names and details of people we support",
        widget=forms.Textarea(attrs={"maxlength": 500, "rows": 5}),
    )
    document = forms.FileField(label="A document", required=False)
    is_agreed = forms.BooleanField(label="We have talked this through together")
    marker = forms.CharField(widget=forms.HiddenInput, required=False)

    outcome_hints = {"hand_back": "You will be asked for a reason"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choice_hints = self.outcome_hints  # type: ignore[attr-defined]


class ExampleFilter(forms.Form):
    """Two choices that narrow a list."""

    line = forms.ChoiceField(
        label="Whose", required=False, choices=[("direct", "My reports"), ("cover", "Covering for Priya")]
    )
    state = forms.ChoiceField(
        label="State", required=False, choices=[("", "Any"), ("ready", "Ready"), ("overdue", "Overdue")]
    )


@dataclass(frozen=True)
class ExampleSource:
    """A fact with its source, as rows of the framework and guides carry it."""

    basis: str
    source: str
    source_date: str
    needs_check: bool = False

    def get_basis_display(self) -> str:
        return self.basis


SOURCES = (
    ExampleSource("National", "https://standards.example/statements", "2024"),
    ExampleSource("Assumption", "Said in a workshop", "2019", needs_check=True),
)


def _marks() -> list[Mark]:
    """Thirty-eight marks over six months, in every state."""
    marks = []
    for number in range(35):
        due = START + timedelta(days=(number * 37) % 181)
        late = due < TODAY and number % 9 == 4
        done = due < TODAY and not late
        state = "overdue" if late else ("signed_off" if done else ("ready" if number % 5 == 0 else "to_do"))
        lane = ("know", "understand", "do")[number % 3]
        marks.append(Mark(due, lane, state, f"Example item {number + 1}", "#timeline"))
    for month, day, state in (
        (1, date(2026, 9, 30), "signed"),
        (3, date(2026, 11, 30), "held"),
        (6, date(2027, 2, 26), "planned"),
    ):
        marks.append(Mark(day, "reviews", state, f"Review at month {month}", "#timeline"))
    return marks


def examples() -> dict[str, Any]:
    """Everything the gallery's template shows."""
    wrong = ExampleForm(
        data={
            "title": "",
            "email": "someone",
            "held_date_day": "31",
            "held_date_month": "2",
            "note": "x" * 501,
        }
    )
    wrong.is_valid()
    return {
        "states": list(STATES),
        "today": TODAY,
        "due": date(2026, 11, 26),
        "sources": SOURCES,
        "crumbs": [("Home", "#top"), ("Induction", "#top"), ("Amara’s plan", "#top")],
        "rows": [
            {"key": "Line manager", "value": "Dan Sample-Okoro", "url": "#rows", "hidden": "line manager"},
            {"key": "Started", "value": "31 August 2026"},
            {"key": "Buddy", "value": ""},
        ],
        "empty_form": ExampleForm(auto_id="empty_%s"),
        "wrong_form": wrong,
        "filter_form": ExampleFilter(auto_id="filter_%s"),
        "page": Paginator(range(200), 10).page(7),
        "queue": [
            {
                "who": "Amara Test-Okafor",
                "role": "Social Worker",
                "title": "Shadow a Care Act assessment",
                "url": "#queue",
                "state": "ready",
                "since": "ready since Monday",
                "note": "Two visits with the team. I led the second one, and my notes are in the shared folder.",
                "actions": [
                    {"text": "Sign off", "url": "#queue", "kind": ""},
                    {"text": "Hand back", "url": "#queue", "kind": "secondary"},
                ],
                "pick_value": 1,
            },
            {
                "who": "Leo Sample-Grant",
                "role": "Family Support Worker",
                "title": "Review at month 1",
                "url": "#queue",
                "state": "overdue",
                "days": 3,
                "since": "agenda ready",
                "actions": [{"text": "Hold review", "url": "#queue", "kind": ""}],
                "pick_value": 2,
            },
            {
                "title": "Agree the plan of Noor Demo-Hale",
                "url": "#queue",
                "state": "agreeing",
                "since": "waiting for you since Thursday",
                "actions": [{"text": "Read and agree", "url": "#queue", "kind": ""}],
            },
        ],
        "items": [
            {
                "title": "Fire safety e-learning",
                "url": "#rows",
                "method": "E-learning",
                "holder": "you",
                "due": TODAY,
                "state": "overdue",
                "days": 2,
                "action_text": "Mark as ready",
                "action_url": "#rows",
            },
            {
                "title": "Shadow a Care Act assessment",
                "url": "#rows",
                "method": "Shadowing",
                "holder": "Dan",
                "due": date(2026, 11, 26),
                "state": "ready",
                "action_text": "See the trail",
                "action_url": "#rows",
            },
            {
                "title": "Meet the referral and assessment teams",
                "url": "#rows",
                "method": "Supervision",
                "due": date(2026, 11, 26),
                "state": "signed_off",
            },
        ],
        "menu": [
            {"label": "Home", "url": "#top", "is_current": False},
            {"label": "My team", "url": "#timeline", "is_current": True, "count": 4},
        ],
        "counts": [{"team": "Referral and Assessment 1", "plans_words": "12", "late_words": "fewer than 5"}],
        "overview": [
            {
                "name": "Amara Test-Okafor",
                "role": "Social Worker",
                "url": "#rows",
                "team": "Referral and Assessment 1",
                "state": "active",
                "start_date": date(2026, 8, 31),
                "end_date": date(2027, 2, 28),
                "lateness": "late",
            },
        ],
        "team": [
            {
                "name": "Amara Test-Okafor",
                "role": "Social Worker",
                "url": "#rows",
                "state": "active",
                "signed": 14,
                "total": 38,
                "late": 1,
                "next_due": date(2026, 11, 26),
                "next_review": date(2026, 12, 10),
            },
        ],
        "trail": [
            {
                "who": "Dan Sample-Okoro",
                "did": "added this to the plan",
                "at": datetime(2026, 9, 1, 9, 5, tzinfo=UTC),
            },
            {
                "who": "Amara Test-Okafor",
                "did": "marked it ready",
                "at": datetime(2026, 11, 16, 15, 40, tzinfo=UTC),
                "words": "Two visits with the team.\n\nI led the second one.",
                "shape": "ready",
                "is_mine": True,
            },
            {
                "who": "Dan Sample-Okoro",
                "did": "handed it back",
                "at": datetime(2026, 11, 17, 11, 0, tzinfo=UTC),
                "words": "Good work. Please add what you would do differently next time.",
                "shape": "handed_back",
            },
            {
                "who": "Dan Sample-Okoro",
                "did": "signed it off",
                "at": datetime(2026, 11, 20, 16, 20, tzinfo=UTC),
                "shape": "signed_off",
            },
        ],
        "timeline": build_timeline(
            start=START,
            end=date(2027, 2, 28),
            today=TODAY,
            lanes=[("know", "Know"), ("understand", "Understand"), ("do", "Do"), ("reviews", "Reviews")],
            marks=_marks(),
        ),
        "spark": build_sparkline([2, 5, 4, 9, 7, 12], unit="a month"),
        "bars": [
            {"label": "On time", "value": 31, "text": "31 of 38"},
            {"label": "Late", "value": 5, "text": "5 of 38"},
            {"label": "Paused", "value": 2, "text": "2 of 38"},
        ],
        "tasks": [
            {"title": "Agree the plan", "url": "#tasks", "state": "signed_off", "hint": "With your manager"},
            {"title": "Choose a buddy", "url": "#tasks", "state": "to_do"},
            {"title": "Review at month 1", "state": "planned"},
        ],
        "views": [
            {"label": "By month", "url": "#switch", "is_current": True},
            {"label": "Know", "url": "#switch", "count": 12},
            {"label": "Understand", "url": "#switch", "count": 9},
            {"label": "Do", "url": "#switch", "count": 17},
        ],
        "columns": [
            {"label": "Name"},
            {"label": "Plan"},
            {"label": "Next due"},
            {"label": "Late", "kind": "numeric"},
            {"label": "State"},
        ],
        "table_rows": [
            [
                {"text": "Amara Test-Okafor", "url": "#table"},
                {"value": 14, "total": 38},
                "26 November 2026",
                "1",
                {"state": "active"},
            ],
            [
                {"text": "Leo Sample-Grant", "url": "#table"},
                {"value": 3, "total": 41},
                {"days": 3},
                "0",
                {"state": "agreeing"},
            ],
        ],
        "kept": [("Your note", "Two visits with the team.")],
    }
