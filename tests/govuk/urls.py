"""The gallery and every error page, open to the browser tests."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from govuk.views import gallery

CONTEXT = {
    "reason": "Only Amara’s line manager can sign this off. Her manager today is Dan Sample-Okoro.",
    "kept_text": [("Your note", "Two visits <b>with</b> the team.")],
    "request_id": "9f2c4a77",
}


@login_not_required
def open_gallery(request):
    """The gallery without signing in, for these tests; the portal's own view stays closed."""
    return gallery(request)


@login_not_required
def error_page(request: HttpRequest, code: int) -> HttpResponse:
    return render(request, f"{code}.html", CONTEXT, status=code)


urlpatterns = [
    path("design/", open_gallery),
    path("error/<int:code>/", error_page),
]
