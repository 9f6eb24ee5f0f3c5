"""The service navigation: each item with its own "shown when" test."""

from django.conf import settings
from django.http import HttpRequest


def navigation(request: HttpRequest) -> dict[str, object]:
    """Context for every page: what stands in the navigation, and whether this is the demonstration."""
    return {"nav_items": [], "demo_mode": settings.DEMO_MODE}
