"""The overview for Learning and Development (states and dates) and for the head of service (counts)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django import forms as django_forms
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from audit.exports import csv_response
from govuk.addresses import address
from govuk.templatetags.govuk import plural, state_word
from induction.models import InductionPlan
from induction.querysets import PlanQuerySet
from induction.reading import plans_of_everyone, plans_with_holders
from induction.rules import CLOCK_RUNS
from induction.rules.oversight import why_without_holder, why_without_plan
from induction.services import oversight
from notifications import holds
from people.reading import people_with_post
from people.roles import Role
from people.rules import NotAllowed
from people.rules.suppression import SMALLEST_GROUP

ROWS_ON_PAGE = 25
EXCEPTIONS_SHOWN = 10


class OverviewFilter(django_forms.Form):
    """What narrows the list of plans."""

    state = django_forms.ChoiceField(
        label="State",
        choices=[("", "All states"), *((value, state_word(value)) for value in InductionPlan.State.values)],
        required=False,
    )
    only_late = django_forms.ChoiceField(
        label="Lateness", choices=[("", "Late or not"), ("yes", "With something late")], required=False
    )

    @property
    def key(self) -> str:
        """The same for the same list."""
        return f"{self.cleaned_data['state']}:{self.cleaned_data['only_late']}" if self.is_valid() else "all"

    def narrow(self, plans: PlanQuerySet, *, today: dt.date) -> PlanQuerySet:
        if not self.is_valid():
            return plans
        if self.cleaned_data["state"]:
            plans = plans.in_state(self.cleaned_data["state"])
        return plans.with_late(today=today).late() if self.cleaned_data["only_late"] else plans


def _check_may_oversee(request: HttpRequest) -> bool:
    """Whether the reader sees plans (L&D) or counts (head of service); nobody else sees the page."""
    if request.user.has_role(Role.LD_ADMIN):
        return True
    if request.user.has_role(Role.HEAD_OF_SERVICE):
        return False
    raise NotAllowed("This overview is for Learning and Development and heads of service.")


@require_http_methods(["GET"])
def overview(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    if not _check_may_oversee(request):
        teams = oversight.lateness_below(request.user.person_id, today=today)
        return render(request, "induction/overview.html", {"teams": teams, "smallest": SMALLEST_GROUP})
    counts = oversight.lateness_by_team(today=today)
    form = OverviewFilter(request.GET)
    found = oversight.late_first(_plans(request, form, today=today), name=form.key, today=today)
    page = Paginator(found, ROWS_ON_PAGE).get_page(request.GET.get("page"))
    context = {
        "sees_plans": True,
        "teams": counts,
        "plans_total": sum(row.plans for row in counts),
        "on_time": sum(row.plans - row.late for row in counts),
        "today": today,
        "bounces_url": f"{reverse('admin:notifications_bounce_changelist')}?paused=1" if request.user.is_staff else "",
        "programmes_url": reverse("admin:induction_inductionprogramme_changelist") if request.user.is_staff else "",
        "filter_form": form,
        "result_words": f"{plural(page.paginator.count, 'induction,inductions')}, late first",
        "page_obj": page,
        "rows": _rows(list(page.object_list), today=today),
        **exceptions(today=today),
    }
    return render(request, "induction/overview.html", context)


def _plans(request: HttpRequest, form: OverviewFilter, *, today: dt.date) -> PlanQuerySet:
    return form.narrow(InductionPlan.objects.state_visible_to(request.user, today=today), today=today)


def _rows(ids: list[int], *, today: dt.date) -> list[dict[str, Any]]:
    return [
        {
            "name": plan.person.full_name,
            "role": plan.job_role_title,
            "url": address("people:person_detail", plan.person_id),
            "team": plan.team_name,
            "state": plan.state,
            "start_date": plan.start_date,
            "end_date": plan.end_date,
            # Empty where no clock runs: paused, completed and stopped plans are neither late nor on time.
            "lateness": ("late" if plan.has_late else "on time") if plan.state in CLOCK_RUNS else "",
        }
        for plan in (plans_of_everyone(ids=ids, today=today) if ids else [])
    ]


def exceptions(*, today: dt.date) -> dict[str, Any]:
    """Who has no manager, what nobody can act on although rows name someone, who has no plan and why, and to whom no
    mail gets through.

    The ids are a minute old at most, the rest is of now.
    """
    no_manager, lost = (ids[:EXCEPTIONS_SHOWN] for ids in oversight.not_held(today=today))
    people = oversight.starters_without_plan(today=today)[:EXCEPTIONS_SHOWN]
    lost_plans = plans_with_holders(ids=lost, today=today) if lost else []
    out_of_reach = oversight.at_most_once_a_minute("out-of-reach", _out_of_reach, today=today)
    without_plan = people_with_post(ids=people, today=today) if people else []
    return {
        "no_manager": plans_of_everyone(ids=no_manager, today=today) if no_manager else [],
        "no_holder": [(plan, why_without_holder(plan)) for plan in lost_plans],
        "no_mail": people_with_post(ids=out_of_reach, today=today) if out_of_reach else [],
        "no_plan": [(person, why_without_plan(person, today=today)) for person in without_plan],
    }


def _out_of_reach() -> list[int]:
    return list(
        holds.people_out_of_reach().order_by("search_name", "pk").values_list("pk", flat=True)[:EXCEPTIONS_SHOWN]
    )


@require_http_methods(["GET"])
def overview_csv(request: HttpRequest) -> HttpResponseBase:
    """The list as it is filtered, states and dates only; the export is on record before its first byte."""
    today = timezone.localdate()
    if not _check_may_oversee(request):
        raise NotAllowed("Heads of service see counts; the list of plans is for Learning and Development.")
    form = OverviewFilter(request.GET)
    plans = _plans(request, form, today=today).with_team(today=today).with_late(today=today)
    plans = plans.select_related("person").late_first()
    form.is_valid()
    return csv_response(
        by=request.user,
        name="induction-plans",
        columns=["Name", "Job role", "Team", "State", "Start date", "Due to be complete", "Something late"],
        rows=_csv_rows(plans),
        filters={name: value for name, value in form.cleaned_data.items() if value},
        count=plans.count(),
        now=timezone.now(),
        confirmed_at=request.user.last_login,
    )


def _lateness_word(plan: Any) -> str:
    """Empty where no clock runs: paused, completed and stopped plans are neither late nor on time."""
    if plan.state not in CLOCK_RUNS:
        return ""
    return "yes" if plan.has_late else "no"


def _csv_rows(plans: QuerySet[InductionPlan]) -> Iterator[list[object]]:
    for plan in plans.iterator(chunk_size=500):
        yield [
            plan.person.full_name,
            plan.job_role_title or "",
            plan.team_name or "",
            state_word(plan.state),
            plan.start_date.isoformat(),
            plan.end_date.isoformat(),
            _lateness_word(plan),
        ]
