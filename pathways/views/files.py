"""Files of an application: add one, take it off, read it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pathways.forms import FileForm
from pathways.models import ApplicationFile
from pathways.rules import application as rules
from pathways.services import attaching
from pathways.views.applications import application_sight
from uploads.responses import file_response
from uploads.rules import Refused


@require_http_methods(["GET", "POST"])
def files(request: HttpRequest, pk: int) -> HttpResponse:
    """The files of an application that is being written, and one more; the text is written on its own page."""
    today = timezone.localdate()
    sight = application_sight(request, pk, today=today)
    rules.check_can_write(sight.application, sight.sides)
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            row = attaching.add_file(
                application_id=pk,
                by=sight.reader,
                name=file.name,
                size=file.size,
                content=file.file,
                now=timezone.now(),
            )
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            said = "It is being checked for viruses; then others can read it." if not row.is_clean else ""
            messages.success(request, f"{row.name} has been added. {said}".strip())
            return redirect("pathways:application_files", pk=pk)
    rows = ApplicationFile.objects.visible_to(request.user, today=today).filter(application=pk).in_order()
    context = {"sight": sight, "application": sight.application, "form": form, "files": list(rows)}
    return render(request, "pathways/application_files.html", context)


@require_POST
def file_take_off(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """A file that has not been sent yet."""
    sight = application_sight(request, pk, today=timezone.localdate())
    attaching.take_file_off(application_id=pk, file_id=file, by=sight.reader, now=timezone.now())
    messages.success(request, "The file has been taken off.")
    return redirect("pathways:application_files", pk=pk)


@require_safe
def file_read(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """Whoever may read the application may save its files, asked anew each time."""
    rows = ApplicationFile.objects.visible_to(request.user, today=timezone.localdate())
    return file_response(get_object_or_404(rows, application=pk, pk=file))
