"""A role as one's own goal: set and cleared by the person, seen by nobody else."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from pathways.models import CareerRole
from pathways.services import goal as goals


@require_POST
def goal_set(request: HttpRequest, pk: int) -> HttpResponse:
    if request.user.person is None:
        raise Http404
    role = get_object_or_404(CareerRole.objects.on(timezone.localdate()), pk=pk)
    goals.set_goal(person=request.user.person, role=role, now=timezone.now())
    messages.success(request, f"{role} is your goal. Only you can see that.")
    return redirect(role)


@require_POST
def goal_clear(request: HttpRequest) -> HttpResponse:
    if request.user.person is None:
        raise Http404
    goals.clear_goal(person=request.user.person, now=timezone.now())
    messages.success(request, "You have no goal on the map now.")
    return redirect("pathways:career_map")
