"""How a line of a message becomes HTML."""

import re

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from notifications.emails import is_ours

register = template.Library()
_ADDRESS = re.compile(r"(https?://\S+?)(?=[.,;:)]*(?:\s|$))")


@register.filter
def links(line: str) -> SafeString:
    """The line, escaped; only the portal's own addresses become links, typed ones stay words."""
    return format_html_join("", "{}", ((_piece(piece),) for piece in _ADDRESS.split(line) if piece))


def _piece(piece: str) -> str | SafeString:
    if is_ours(piece):
        return format_html('<a href="{}">{}</a>', piece, piece)
    return piece
