"""What holds for every request: session limits, second factor, kept forms, headers, and failures said kindly."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from allauth.mfa.adapter import get_adapter as second_factor
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core import signing
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from audit.transactions import is_busy
from govuk.addresses import fixed_address
from people.rules import Conflict
from people.rules.access import needs_second_factor
from people.services import kept_forms
from people.sessions import BROWSER, SEEN_AT, SIGNED_IN_AT, read_instant

AWAY = (OperationalError, InterfaceError)
GetResponse = Callable[[HttpRequest], HttpResponse]

IDLE = dt.timedelta(minutes=60)
IDLE_IN_ADMIN = dt.timedelta(minutes=30)
AT_MOST = dt.timedelta(hours=12)
STAMP_EVERY = dt.timedelta(minutes=5)
WHO_SALT = "bexley_ld.last_person"
POLICIES = (
    "accelerometer autoplay bluetooth browsing-topics camera display-capture encrypted-media fullscreen gamepad "
    "geolocation gyroscope hid idle-detection local-fonts magnetometer microphone midi payment picture-in-picture "
    "publickey-credentials-get screen-wake-lock serial usb web-share xr-spatial-tracking"
)
PERMISSIONS_POLICY = ", ".join(f"{name}=()" for name in POLICIES.split())
BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)
LEFT_OUT = {
    *("csrfmiddlewaretoken", "form_key", "version", "revision", "next", "kept_form"),
    *("act", "confirm", "item", "answer"),
}
NOT_TYPED = re.compile(r"[0-9]*|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|on|true|false")


class HeadersMiddleware:
    """Headers on every answer; signed-in pages are kept by no cache, and signing out clears what there is."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Embedder-Policy", "require-corp")
        # The cookie is asked, not the account: pages that need no database stay without it.
        has_session = (
            settings.SESSION_COOKIE_NAME in request.COOKIES or settings.SESSION_COOKIE_NAME in response.cookies
        )
        if has_session and not request.path.startswith(settings.STATIC_URL):
            response.headers["Cache-Control"] = "no-store, private"
        match = request.resolver_match
        if request.method == "POST" and match and match.view_name in {"account_logout", "admin:logout"}:
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
            response.delete_cookie(_who_cookie())
        return response


class PolicyMiddleware(CSPMiddleware):
    """The content policy of django-csp, worked out once for all the pages that do not change it."""

    CHANGED_BY_VIEW = ("_csp_config", "_csp_update", "_csp_replace", "_csp_exempt")

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if any(hasattr(response, name) for name in self.CHANGED_BY_VIEW):
            return super().process_response(request, response)
        response.headers.setdefault("Content-Security-Policy", _policy())
        return response


@lru_cache
def _policy() -> str:
    return build_policy()


class SessionLimitsMiddleware:
    """Ends a session after 60 idle minutes (30 in the admin) and after 12 hours whatever happens."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not request.path.startswith("/health/"):
            try:
                self._look(request, now=timezone.now())
            except AWAY as error:
                return away(request, error)
        response = self.get_response(request)
        self._remember_who(request, response)
        return response

    def _look(self, request: HttpRequest, *, now: dt.datetime) -> None:
        session = request.session
        if "_auth_user_id" not in session:
            return
        seen = read_instant(session.get(SEEN_AT)) or now
        signed_in = read_instant(session.get(SIGNED_IN_AT)) or now
        idle = IDLE_IN_ADMIN if request.path.startswith(fixed_address("admin:index")) else IDLE
        if now - seen >= idle or now - signed_in >= AT_MOST:
            request.expired_user_id = int(session["_auth_user_id"])  # type: ignore[attr-defined]
            logout(request)
        elif SEEN_AT not in session or now - seen >= STAMP_EVERY:
            session[SEEN_AT] = now.isoformat()
            session.setdefault(SIGNED_IN_AT, now.isoformat())
            session.setdefault(BROWSER, _browser(request))

    def _remember_who(self, request: HttpRequest, response: HttpResponse) -> None:
        """A signed note of who was here last: only it can say whose form an ended session was sending."""
        user = getattr(request, "_cached_user", None)
        if user is None or not user.is_authenticated:
            return
        if _who(request) != user.pk:
            response.set_cookie(
                _who_cookie(),
                signing.dumps(user.pk, salt=WHO_SALT),
                max_age=int(kept_forms.KEPT_FOR.total_seconds()) * 2,
                httponly=True,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )


class SignInFirstMiddleware(LoginRequiredMiddleware):
    """Every page needs a sign-in unless it says otherwise; a form sent too late is kept for its sender."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponse | None:
        try:
            token = request.POST.get("kept_form") if request.method == "POST" else None
            if token and request.user.is_authenticated:
                kept_forms.forget_form(user=request.user, token=token)
            answer: HttpResponse | None = super().process_view(request, view_func, view_args, view_kwargs)
        except AWAY as error:
            return away(request, error)
        return answer

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> HttpResponseRedirect:
        user_id = getattr(request, "expired_user_id", None) or _who(request)
        if request.method == "POST" and user_id is not None:
            fields = [(name, value) for name, values in request.POST.lists() for value in values]
            token = kept_forms.keep_form(
                user_id=user_id, path=request.get_full_path(), fields=fields, now=timezone.now()
            )
            if token:
                back = reverse("kept_form", args=[token])
                return redirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': back})}")
        answer: HttpResponseRedirect = super().handle_no_permission(request, view_func)
        return answer


class SecondFactorMiddleware:
    """Accounts that rule or judge hold a second factor before they do anything else (production)."""

    ALLOWED = ("/account/", "/health/", "/static/")

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            settings.SECOND_FACTOR_REQUIRED
            and not request.path.startswith(self.ALLOWED)
            and request.user.is_authenticated
            and needs_second_factor(by=request.user)
            and not second_factor().is_mfa_enabled(request.user, types=["totp"])
        ):
            return redirect("mfa_activate_totp")
        return self.get_response(request)


class FailureMiddleware:
    """A state that has moved becomes the 409 page, a database that is away or busy the 503 page; typed text is kept."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Conflict):
            context = {"reason": exception.reason, "kept_text": typed_text(request), "back_url": _back(request)}
            return render(request, "409.html", context, status=409)
        return away(request, exception) if isinstance(exception, AWAY) else None


def away(request: HttpRequest, error: Exception) -> HttpResponse:
    """The database does not answer, or others hold what is asked for: said without asking it anything."""
    busy = is_busy(error)
    context = {"is_busy": busy, "kept_text": typed_text(request), "request_id": getattr(request, "request_id", "")}
    page = render_to_string("503.html", context)
    return HttpResponse(page, status=503, headers={"Retry-After": "5" if busy else "30"})


def _back(request: HttpRequest) -> str:
    """The page that the form stood on, if it is ours."""
    came_from = request.headers.get("referer", "")
    return came_from if url_has_allowed_host_and_scheme(came_from, {request.get_host()}) else request.path


def typed_text(request: HttpRequest) -> dict[str, str]:
    """What the person wrote, by field, without what the page added by itself."""
    if request.method != "POST":
        return {}
    return {
        name.replace("_", " ").replace("-", " ").strip().capitalize(): value
        for name, value in request.POST.items()
        if name not in LEFT_OUT and "password" not in name and value and not NOT_TYPED.fullmatch(str(value))
    }


def _browser(request: HttpRequest) -> str:
    """Enough to know one's own device again, and no more."""
    agent = request.headers.get("user-agent", "")
    name = next((word for key, word in BROWSERS if key in agent), "Another browser")
    system = next((word for key, word in SYSTEMS if key in agent), "")
    return f"{name} on {system}" if system else name


def _who_cookie() -> str:
    """With https the browser itself sees to it that no other host of the council sets or reads it."""
    return "__Host-last_person" if settings.SESSION_COOKIE_SECURE else "last_person"


def _who(request: HttpRequest) -> int | None:
    try:
        user_id: int = signing.loads(
            request.COOKIES.get(_who_cookie(), ""), salt=WHO_SALT, max_age=kept_forms.KEPT_FOR * 2
        )
    except signing.BadSignature:
        return None
    return user_id
