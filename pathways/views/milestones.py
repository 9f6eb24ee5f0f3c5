"""The parts of a route that somebody is on: modules, placements, hours away from the job."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from pathways.forms import MilestoneForm
from pathways.models import Milestone
from pathways.rules import application as rules
from pathways.services import milestones as services
from pathways.views.applications import application_sight
from people.roles import Role


@require_http_methods(["GET", "POST"])
def milestones(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a part; those that are there stand on the application's page."""
    today = timezone.localdate()
    sight = application_sight(request, pk, today=today)
    rules.check_can_keep_milestones(sight.application, sight.sides)
    form = MilestoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.add_milestone(
            application_id=pk,
            by=sight.reader,
            is_learning=request.user.has_role(Role.LD_ADMIN),
            data=form.data_for_service(),
            form_key=form.cleaned_data["form_key"],
            today=today,
            now=timezone.now(),
        )
        messages.success(request, f"“{form.cleaned_data['title']}” is added.")
        return redirect(f"{sight.application.get_absolute_url()}#parts")
    context = {"sight": sight, "application": sight.application, "form": form}
    return render(request, "pathways/milestones.html", context)


@require_POST
def milestone_mark(request: HttpRequest, pk: int) -> HttpResponse:
    """Done today, or not done after all."""
    today = timezone.localdate()
    part = get_object_or_404(Milestone.objects.visible_to(request.user, today=today), pk=pk)
    sight = application_sight(request, part.application_id, today=today)
    services.mark_milestone(
        milestone_id=pk,
        by=sight.reader,
        is_learning=request.user.has_role(Role.LD_ADMIN),
        is_done=request.POST.get("done") == "1",
        today=today,
        now=timezone.now(),
    )
    return redirect(f"{sight.application.get_absolute_url()}#parts")
