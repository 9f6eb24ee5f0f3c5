"""The parts of a plan's page: what is next, how far it is, the list, and what moved its dates."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.urls import reverse

from govuk.templatetags.govuk import gov_date, plural
from govuk.timeline import Span
from induction import rules
from induction.models import Checkpoint, InductionPlan, PlanExtension, Review, Section
from induction.reading import changes_of_dates
from induction.views import shown
from induction.views.sight import Sight
from induction.views.urgency import AHEAD, Urgency, urgency

ROWS_ON_PAGE = 10
AGREE_TOGETHER = "Agree the plan together"


def dates_story(sight: Sight) -> list[dict[str, Any]]:
    """The same in words for the page; what it was for is told to the two alone."""
    kinds = dict(PlanExtension.Kind.choices)
    story = []
    for row in changes_of_dates(plan_id=sight.plan.pk):
        if row["kind_"] == "planned" and not sight.plan.is_live:
            continue
        told = {"label": kinds.get(row["kind_"], ""), "reason": row["reason"]} if sight.is_one_of_the_two else {}
        story.append({"label": "", **row, "reason": "", **told, **_of_pause(row, sight.plan)})
    return story


def _of_pause(row: dict[str, Any], plan: InductionPlan) -> dict[str, Any]:
    """Whether the change is a pause, and what a planned one would move."""
    is_planned = row["kind_"] == "planned"
    if not is_planned or row["expected"] is None:
        return {"is_pause": row["kind_"] == "pause", "is_planned": is_planned}
    days = rules.days_paused(row["begin"], row["expected"])
    new_end = plan.end_date + dt.timedelta(days=days)
    return {"is_pause": False, "is_planned": True, "days_words": plural(days, "day,days"), "new_end": new_end}


def pause_words(begin: dt.date, back: dt.date | None, *, is_planned: bool, is_over: bool = False) -> str:
    """ "Paused from 4 March 2027, expected back on 5 April 2027"; one wording for the plan and the team's table."""
    words = f"{'Pause planned' if is_planned else 'Paused'} from {gov_date(begin)}"
    return f"{words}, {'back' if is_over else 'expected back'} on {gov_date(back)}" if back else words


def pauses_in(story: Iterable[dict[str, Any]]) -> list[Span]:
    """The pauses of a plan, over, running and planned, for the band of months."""
    return [
        Span(
            row["begin"],
            row["until"] or row["expected"],
            pause_words(
                row["begin"],
                row["until"] or row["expected"],
                is_planned=row["is_planned"],
                is_over=row["until"] is not None,
            ),
        )
        for row in story
        if row["is_pause"] or row["is_planned"]
    ]


def present_pause(story: Iterable[dict[str, Any]]) -> str:
    """In words the pause that runs or is planned; a plan has at most one of them, and most have none."""
    open_rows = [row for row in story if row["is_planned"] or (row["is_pause"] and row["until"] is None)]
    return pauses_in(open_rows)[0].words if open_rows else ""


def progress_of(checkpoints: Sequence[Checkpoint]) -> dict[str, int]:
    """How many items are signed off, wait for a signature, and are left, without the dropped ones."""
    counted = [item for item in checkpoints if item.state != Checkpoint.State.DROPPED]
    signed = sum(item.state == Checkpoint.State.SIGNED_OFF for item in counted)
    ready = sum(item.state == Checkpoint.State.READY for item in counted)
    return {"total": len(counted), "signed": signed, "ready": ready, "left": len(counted) - signed - ready}


def summary_of(sight: Sight, checkpoints: Sequence[Checkpoint], reviews: Sequence[Review]) -> str:
    """The drawing in one or two sentences: where the plan is, what is late, which review comes next."""
    plan, today = sight.plan, sight.today
    if not plan.is_live:
        return f"{len(reviews)} reviews and {progress_of(checkpoints)['total']} items, as they stood at the end."
    late = rules.count_late(plan, checkpoints, reviews, today=today)
    lateness = plural(late, "thing is,things are") + " late." if late else "Nothing is late."
    if plan.state == InductionPlan.State.PAUSED:
        lateness = "The clock stands still."
    month = rules.month_of(plan.start_date, today)
    place = f"Month {month}. " if 0 < month <= rules.month_of(plan.start_date, plan.end_date) else ""
    coming = next((row for row in reviews if row.state == Review.State.PLANNED), None)
    return f"{place}{lateness}" + (f" Next: {coming.title}, due {gov_date(coming.due_date)}." if coming else "")


def part_time_proposal(plan: InductionPlan) -> dt.date | None:
    """The later end that part-time hours suggest, while it lies after the plan's own end (ruling 12)."""
    if plan.person.fte >= 1 or not plan.is_live:
        return None
    proposed = rules.part_time_end(plan.start_date, plan.original_end_date, plan.person.fte)
    return proposed if proposed > plan.end_date else None


def next_of(
    sight: Sight,
    checkpoints: Sequence[Checkpoint],
    reviews: Sequence[Review],
    *,
    story: Iterable[dict[str, Any]] = (),
) -> dict[str, Any] | None:
    """The one thing that the reader does next on this plan; none when the plan is closed."""
    if not sight.plan.is_live:
        return None
    if sight.plan.state == InductionPlan.State.PAUSED:
        back = next((row["expected"] for row in story if row["is_pause"] and row["until"] is None), None)
        return next_while_paused(sight, expected_back=back)
    found = in_hand(sight, checkpoints, reviews)
    return found[0].card() if found else _nothing_for_reader(sight, checkpoints)


@dataclass(frozen=True)
class Hand:
    """One thing that the reader can move on; what a page says of it is made for those that it shows."""

    rank: Urgency
    title: str
    card: Callable[[], dict[str, Any]]


def in_hand(sight: Sight, checkpoints: Iterable[Checkpoint], reviews: Iterable[Review]) -> list[Hand]:
    """All that the reader can move on in this plan, the most urgent first; the first page shows the same."""
    if sight.plan.state not in rules.CLOCK_RUNS:
        return []
    return sorted(_candidates(sight, checkpoints, reviews), key=lambda hand: (hand.rank, hand.title))


def is_to_agree(sight: Sight) -> bool:
    """Whether the reader's agreement to this revision is missing."""
    plan = sight.plan
    agreed = plan.person_agreed_revision if sight.is_own else plan.manager_agreed_revision
    return agreed != plan.revision


def agreement_words(sight: Sight) -> str:
    """Who has agreed and who has not, by name."""
    plan = sight.plan
    starter = "You" if sight.is_own else plan.person.full_name
    manager = "You" if sight.is_manager else sight.line.names
    has_person = plan.person_agreed_revision == plan.revision
    has_manager = plan.manager_agreed_revision == plan.revision
    if has_person == has_manager:
        return "Either of you may agree first."
    agreed, waits = (starter, manager) if has_person else (manager, starter)
    verb = "have" if agreed == "You" else "has"
    return f"{agreed} {verb} agreed; it waits for {waits[:1].lower() + waits[1:] if waits == 'You' else waits}."


def cleared_words(sight: Sight) -> str:
    """After a change: whose agreement it has cleared, as a sentence for the banner; nothing when none stood."""
    plan = sight.plan
    side = next(
        (side for side in ("person", "manager") if getattr(plan, f"{side}_agreed_revision") == plan.revision), ""
    )
    if plan.state != InductionPlan.State.AGREEING or not side:
        return ""
    if InductionPlan.objects.filter(pk=plan.pk, revision=plan.revision).exists():
        return ""
    whose = "Your agreement" if side == sight.side else f"The agreement of {sight.other_name}"
    return f" {whose} is cleared: both of you agree again."


def next_while_paused(sight: Sight, *, expected_back: dt.date | None = None) -> dict[str, Any]:
    """While the clock stands still the starter does nothing; the manager may start it again, and is late once the day
    of the return has passed."""
    if sight.is_own:
        return {
            "title": "Your plan is paused",
            "text": "You need do nothing until it starts again. Nothing is due and nothing is late; open dates move "
            "by the days away.",
            "state": "paused",
        }
    return {
        "title": "This plan is paused",
        "text": "Nothing is due and nothing is late while it is paused. Open dates move by the days away."
        if expected_back is None or expected_back >= sight.today
        else f"{sight.plan.person.given_name} was expected back on {gov_date(expected_back)}. Resume the plan from the "
        "first day back; open dates move by the days away.",
        "state": "paused",
        "action_text": "Resume the plan",
        "action_url": reverse("induction:plan_resume", args=[sight.plan.pk]),
    }


def _candidates(sight: Sight, checkpoints: Iterable[Checkpoint], reviews: Iterable[Review]) -> Iterator[Hand]:
    """What the reader could do, each with its place in the order."""
    plan, today = sight.plan, sight.today
    if plan.state == InductionPlan.State.AGREEING and is_to_agree(sight):
        rank = urgency(plan.agree_by, today=today, is_asked=True)
        yield Hand(rank, AGREE_TOGETHER, partial(_agreement_card, sight))
    for item in checkpoints:
        action = sight.asked(item)
        if action:
            yield Hand(_rank(sight, item, action), item.title, partial(_checkpoint_card, sight, item, action))
    for review in reviews:
        signs = review.state == Review.State.HELD and sight.has_it(review.waiting_on)
        if signs or (review.state == Review.State.PLANNED and review.due_date <= today + AHEAD):
            action = "sign" if signs else "hold"
            yield Hand(_rank(sight, review, action), review.title, partial(_review_card, sight, review, action))


# The reader's own part of the work; everything else someone else has asked for.
_OWN_WORK = {"mark_ready", "hold"}


def _rank(sight: Sight, item: Checkpoint | Review, action: str) -> Urgency:
    """Whoever is asked has a day of their own to answer by."""
    is_asked = action not in _OWN_WORK
    by_day = (item.answer_by if is_asked else None) or item.due_date
    return urgency(by_day, today=sight.today, is_handed_back=_came_back(item, action), is_asked=is_asked)


def _came_back(item: Checkpoint | Review, action: str) -> bool:
    return action == "mark_ready" and isinstance(item, Checkpoint) and item.was_handed_back


def _agreement_card(sight: Sight) -> dict[str, Any]:
    plan = sight.plan
    agreed = plan.revision in {plan.person_agreed_revision, plan.manager_agreed_revision}
    return {
        "title": AGREE_TOGETHER,
        "text": "Read it, change what does not fit, then agree it." + (f" {agreement_words(sight)}" if agreed else ""),
        "url": plan.get_absolute_url(),
        "answer_by": plan.agree_by,
        "days": _days_past(plan.agree_by, sight),
        "row_state": "agreeing",
        "action_text": "Read and agree",
        "action_url": f"{plan.get_absolute_url()}#agreement",
    }


def _checkpoint_card(sight: Sight, item: Checkpoint, action: str) -> dict[str, Any]:
    words = (
        f"Answer {sight.other_given_name}’s proposal" if action == "answer_drop" else shown.action_words(action, item)
    )
    return _card(sight, item, action, words, _why(sight, item, action))


def _review_card(sight: Sight, review: Review, action: str) -> dict[str, Any]:
    words = {"sign": "Read and sign", "hold": "Prepare the review"}
    why = {"sign": "Signed by the other; your signature is missing.", "hold": "Meet, write and sign it together."}
    return _card(sight, review, action, words[action], why[action])


def _why(sight: Sight, item: Checkpoint, action: str) -> str:
    name = sight.other_given_name
    return {
        "answer_drop": f"{name} proposes to leave this out of the plan.",
        "sign_off": f"{name} {rules.signing_words(item.owner).did_first.replace('{it}', 'this')}.",
        "mark_ready": "It was handed back with a reason." if item.was_handed_back else "",
    }[action]


def _card(sight: Sight, item: Checkpoint | Review, action: str, words: str, text: str) -> dict[str, Any]:
    """The item's due date stands beside the day to answer by; late is who does not answer by that day."""
    is_asked, came_back, url = action not in _OWN_WORK, _came_back(item, action), item.get_absolute_url()
    row_state = "ready" if is_asked else shown.open_state("to_do", item.due_date, today=sight.today)
    return {
        "title": item.title,
        "text": text,
        "url": url,
        "due": item.due_date,
        "answer_by": item.answer_by if is_asked else None,
        "days": _days_past(item.answer_by, sight) if is_asked and item.answer_by else shown.days_late(item, sight),
        "state": "handed_back" if came_back else "",
        "row_state": "handed_back" if came_back else row_state,
        "action_text": words,
        "action_url": f"{url}#act",
    }


def _days_past(answer_by: dt.date, sight: Sight) -> int | None:
    """How late an answer is; a day to come stands as a date alone."""
    return max((sight.today - answer_by).days, 0) or None


def _nothing_for_reader(sight: Sight, checkpoints: Sequence[Checkpoint]) -> dict[str, Any]:
    """Nothing to do: say so, say who has what, offer one good next thing."""
    others = [item for item in checkpoints if item.is_open and not sight.has_it(item.waiting_on)]
    waits = f"{len(others)} of the open items are with {sight.other_name}." if others else "No item is open."
    return {
        "eyebrow": "Nothing needs you now",
        "title": "You are up to date",
        "text": f"{waits} You can add something of your own at any time.",
        "action_text": "Add an item",
        "action_url": reverse("induction:checkpoint_add", args=[sight.plan.pk]),
    }


def list_of(
    request: HttpRequest, sight: Sight, checkpoints: Sequence[Checkpoint], reviews: Sequence[Review]
) -> dict[str, Any]:
    """The list under the timeline: this month first, any other month, or one of know, understand and do."""
    by = request.GET.get("by", "month")
    if by not in Section.values:
        return _by_month(request, sight, checkpoints, reviews)
    of_section = sorted((item for item in checkpoints if item.section == by), key=lambda item: not item.is_open)
    return {
        **_paged(request, sight, of_section),
        "switch": _switch(sight, by),
        "heading": f"{Section(by).label}: everything in this plan",
        "months": [],
    }


def _by_month(
    request: HttpRequest, sight: Sight, checkpoints: Sequence[Checkpoint], reviews: Sequence[Review]
) -> dict[str, Any]:
    plan = sight.plan
    of_day = {day: rules.month_of(plan.start_date, day) for day in {item.due_date for item in (*checkpoints, *reviews)}}
    # What is still open comes first; what is signed stands below it.
    items = sorted((*checkpoints, *reviews), key=lambda item: (not item.is_open, item.due_date, item.title))
    counts = Counter(of_day[item.due_date] for item in items)
    chosen = _chosen_month(request, sight, sorted(counts))
    rows = [item for item in items if of_day[item.due_date] == chosen]
    heading = month_words(chosen)
    if "month" not in request.GET and plan.is_live:
        late = [item for item in items if item.is_open and of_day[item.due_date] < chosen]
        rows = late + rows
        if late:
            heading = f"Still open, and {heading[:1].lower()}{heading[1:]}"
    return {
        **_paged(request, sight, rows),
        "switch": _switch(sight, "month"),
        "heading": heading,
        "months": [
            {
                "label": month_words(month),
                "url": f"?month={month}#items",
                "is_current": month == chosen,
                "count": counts[month],
            }
            for month in sorted(counts)
        ],
    }


def _chosen_month(request: HttpRequest, sight: Sight, months: list[int]) -> int:
    asked = request.GET.get("month", "")
    if asked.isdecimal() and int(asked[:4]) in months:
        return int(asked[:4])
    now = rules.month_of(sight.plan.start_date, sight.today)
    return min(months, key=lambda month: (abs(month - now), -month)) if months else 1


def record_months(plan: InductionPlan, items: Sequence[tuple[Checkpoint, Any]]) -> list[dict[str, Any]]:
    """The items of the record under the month in which each is due, with how many of them are signed off."""
    months: dict[int, list[tuple[Checkpoint, Any]]] = {}
    for item, lines in items:
        months.setdefault(rules.month_of(plan.start_date, item.due_date), []).append((item, lines))
    return [{"words": _record_month_words(month, rows), "items": rows} for month, rows in sorted(months.items())]


def _record_month_words(month: int, rows: Sequence[tuple[Checkpoint, Any]]) -> str:
    count = progress_of([item for item, _ in rows])
    words = f"{month_words(month)}: {count['signed']} of {plural(count['total'], 'item,items')} signed off"
    dropped = len(rows) - count["total"]
    return f"{words}, {dropped} left out" if dropped else words


def record_words(review: Review) -> str:
    """A review of the record in one line."""
    held = f", held {gov_date(review.held_date)}" if review.held_date else f", due {gov_date(review.due_date)}"
    return f"{review.title}: {review.get_state_display().lower()}{held}"


def month_words(month: int) -> str:
    return f"Month {month}" if month else "Before the first day"


def _switch(sight: Sight, by: str) -> list[dict[str, Any]]:
    url = sight.plan.get_absolute_url()
    return [
        {"label": label, "url": f"{url}?by={value}#items", "is_current": by == value}
        for value, label in [("month", "By month"), *Section.choices]
    ]


def _paged(request: HttpRequest, sight: Sight, items: Sequence[Checkpoint | Review]) -> dict[str, Any]:
    page = Paginator(items, ROWS_ON_PAGE).get_page(request.GET.get("page"))
    return {"page_obj": page, "rows": [shown.row(item, sight) for item in page.object_list]}
