"""How a row becomes a link of its chain: one canonical form, one keyed hash."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

if TYPE_CHECKING:
    from audit.models import AuditEntry


def plain(facts: Any) -> Any:
    """Facts as the database gives them back: text, whole numbers, true, false, lists and dictionaries."""
    value = json.loads(json.dumps(facts, cls=DjangoJSONEncoder))
    _refuse_fractions(value)
    return value


def _refuse_fractions(value: Any) -> None:
    # A float may come back from the database written another way, and its hash would differ.
    if isinstance(value, float):
        raise TypeError("Facts hold no floats: give a Decimal or text.")
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            _refuse_fractions(item)


def entry_hash(entry: AuditEntry) -> str:
    """The link: keyed hash of everything in the row, the previous link included."""
    return _keyed(
        {
            "chain": entry.chain,
            "sequence": entry.sequence,
            "at": entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
            "actor": [entry.actor_id, entry.actor_name],
            "acting_for": [entry.acting_for_id, entry.acting_for_name],
            "verb": entry.verb,
            "subject": [entry.subject_type, entry.subject_id],
            "facts": entry.facts,
            "text_hash": entry.text_hash,
            "previous": entry.previous_hash,
        }
    )


def text_hash(*, chain: str, sequence: int, text: str) -> str:
    """Hash of the free text, bound to its place: equal texts do not show, blanked ones stay secret."""
    return _keyed({"chain": chain, "sequence": sequence, "text": text})


def _keyed(content: dict[str, Any]) -> str:
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hmac.new(settings.AUDIT_KEY.encode(), canonical.encode(), hashlib.sha256).hexdigest()
