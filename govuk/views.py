"""The gallery: every component in every state, for those who build pages and those who check them."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from govuk.gallery import examples


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Show the components; only where the people are invented."""
    if settings.PORTAL_MODE == "production":
        raise Http404
    return render(request, "govuk/gallery.html", examples())
