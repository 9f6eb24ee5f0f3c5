"""The only code that adds to the history. Call it last in a transaction: chains are locked last."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any, NotRequired, Protocol, TypedDict

from django.db import connection, models, transaction
from django.db.models.functions import Collate

from audit.chain import entry_hash, plain, text_hash
from audit.models import AuditEntry, AuditText, ChainHead

PORTAL = "portal"
VERB = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
ROWS_AT_ONCE = 1000


class Actor(Protocol):
    """Who does something: a person, seen from below `people`."""

    pk: Any

    @property
    def full_name(self) -> str: ...


class NewEntry(TypedDict):
    """One row for `record_many`; the keys of `record`."""

    by: Actor | None
    verb: str
    subject: models.Model | None
    chain: str
    facts: NotRequired[dict[str, Any] | None]
    text: NotRequired[str]
    acting_for: NotRequired[Actor | None]
    sealed: NotRequired[dict[str, Any] | None]


def chain_of(person: Actor) -> str:
    """The chain that holds one person's history."""
    return f"person:{person.pk}"


def record(
    *,
    by: Actor | None,
    verb: str,
    subject: models.Model | None,
    chain: str,
    now: dt.datetime,
    facts: dict[str, Any] | None = None,
    text: str = "",
    acting_for: Actor | None = None,
    sealed: dict[str, Any] | None = None,
) -> AuditEntry:
    """Adds one thing that was done to its chain; `sealed` is a decision row's `sealed_facts()`."""
    row = NewEntry(
        by=by,
        verb=verb,
        subject=subject,
        chain=chain,
        facts=facts,
        text=text,
        acting_for=acting_for,
        sealed=sealed,
    )
    return record_many([row], now=now)[0]


def record_many(rows: Iterable[NewEntry], now: dt.datetime) -> list[AuditEntry]:
    """Adds many rows in few statements, to one chain or to thousands; the answer has the order of the rows.

    A transaction that writes to several chains does it in one call: chains are locked in one order, so that
    two such calls never wait for each other in a ring.
    """
    entries, texts = [], []
    # No savepoint: a failure here must undo what it tells of.
    with transaction.atomic(savepoint=False):
        rows = list(rows)
        heads = _lock_heads({row["chain"] for row in rows})
        for row in rows:
            text = row.get("text") or ""
            entry = _next_entry(heads[row["chain"]], row, text, now)
            entries.append(entry)
            if text:
                texts.append(AuditText(entry=entry, text=text))
        AuditEntry.objects.bulk_create(entries, batch_size=ROWS_AT_ONCE)
        for text_row in texts:
            text_row.entry_id = text_row.entry.pk
        AuditText.objects.bulk_create(texts, batch_size=ROWS_AT_ONCE)
        _move_heads(heads)
    return entries


def _next_entry(head: ChainHead, row: NewEntry, text: str, now: dt.datetime) -> AuditEntry:
    if not VERB.fullmatch(row["verb"]):
        raise ValueError(f"A verb reads app.what_was_done, not {row['verb']!r}.")
    by, acting_for, subject = row["by"], row.get("acting_for"), row["subject"]
    facts = dict(row.get("facts") or {})
    if row.get("sealed") is not None:
        facts["sealed"] = row["sealed"]
    entry = AuditEntry(
        chain=head.chain,
        sequence=head.sequence + 1,
        at=now,
        actor_id=by.pk if by else None,
        actor_name=by.full_name[:210] if by else "",
        acting_for_id=acting_for.pk if acting_for else None,
        acting_for_name=acting_for.full_name[:210] if acting_for else "",
        verb=row["verb"],
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=str(subject.pk) if subject is not None else "",
        facts=plain(facts),
        text_hash=text_hash(chain=head.chain, sequence=head.sequence + 1, text=text) if text else "",
        previous_hash=head.hash,
    )
    entry.hash = entry_hash(entry)
    head.sequence, head.hash = entry.sequence, entry.hash
    return entry


def _lock_heads(chains: set[str]) -> dict[str, ChainHead]:
    """Locks the last link of each chain, in one order for everyone; a chain begins with its first row."""
    if len(chains) == 1:
        locked = _locked(list(chains))
        if locked:
            return locked
    in_order = sorted(chains)
    new = [ChainHead(chain=chain) for chain in in_order]
    ChainHead.objects.bulk_create(new, ignore_conflicts=True, batch_size=ROWS_AT_ONCE)
    heads: dict[str, ChainHead] = {}
    for start in range(0, len(in_order), ROWS_AT_ONCE):
        heads |= _locked(in_order[start : start + ROWS_AT_ONCE])
    return heads


def _locked(chains: list[str]) -> dict[str, ChainHead]:
    # The order of locks is the order of bytes, whatever the database's language sorts by.
    order = Collate("chain", "C") if connection.vendor == "postgresql" else "chain"
    rows = ChainHead.objects.filter(chain__in=chains).order_by(order).select_for_update()
    return {head.chain: head for head in rows}


def _move_heads(heads: dict[str, ChainHead]) -> None:
    if len(heads) == 1:
        (head,) = heads.values()
        ChainHead.objects.filter(chain=head.chain).update(sequence=head.sequence, hash=head.hash)
        return
    ChainHead.objects.bulk_create(
        heads.values(),
        update_conflicts=True,
        unique_fields=["chain"],
        update_fields=["sequence", "hash"],
        batch_size=ROWS_AT_ONCE,
    )
