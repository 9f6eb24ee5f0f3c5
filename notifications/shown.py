"""How the HTML of a mail is shown inside a page: its own styles, no scripts, nothing fetched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django.views.decorators.clickjacking import xframe_options_sameorigin

POLICY = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [SELF],
}


def shut_in(view: Callable[..., Any]) -> Callable[..., Any]:
    """For a view that answers with a mail's HTML: shown in a frame of ours, it can do nothing."""
    shut: Callable[..., Any] = csp(POLICY)(xframe_options_sameorigin(view))  # type: ignore[arg-type]
    return shut
