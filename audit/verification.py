"""Walks the chains and names what does not hold: changed, missing, re-ordered or cut-off rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import connection
from django.db.models import Exists, Model, OuterRef

from audit.anchors import HASH_LENGTH, Anchor
from audit.chain import entry_hash, plain, text_hash
from audit.models import AuditEntry, AuditText, ChainHead, SealedModel
from audit.operations import missing_triggers

ROWS_AT_ONCE = 2000


@dataclass(frozen=True)
class Fault:
    """One place that does not hold, in words for the reader."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def sealed_models() -> list[type[SealedModel]]:
    """Every kind of decision row."""
    return [model for model in apps.get_models() if issubclass(model, SealedModel)]


def insert_only_tables() -> list[str]:
    """Tables whose rows are never changed."""
    models: list[type[Model]] = [AuditEntry, AuditText, *sealed_models()]
    return [model._meta.db_table for model in models]


def faults(*, anchor: Anchor | None = None) -> Iterator[Fault]:
    """The first fault of each chain, then those of the decision rows, then tables without their triggers.

    Memory grows with the number of chains, never with the rows.
    """
    yield from _chain_faults(anchor)
    for model in sealed_models():
        yield from _sealed_faults(model)
    yield from _lost_decisions()
    for table in missing_triggers(connection, insert_only_tables()):
        yield Fault(table, "the triggers that refuse changes are missing or disabled")


def _chain_faults(anchor: Anchor | None) -> Iterator[Fault]:
    # Read before the rows: whoever writes meanwhile only makes chains longer than their head.
    heads = dict(_rows_of_heads())
    marks = dict(anchor.links) if anchor else {}
    walk: _Walk | None = None
    for entry in AuditEntry.objects.in_order().select_related("free_text").iterator(ROWS_AT_ONCE):
        if walk is None or walk.chain != entry.chain:
            if walk is not None and (fault := walk.end()):
                yield fault
            walk = _Walk(entry.chain, heads.pop(entry.chain, None), marks.pop(entry.chain, None))
        if fault := walk.step(entry):
            yield fault
    if walk is not None and (fault := walk.end()):
        yield fault
    for chain in sorted(set(heads) | set(marks)):
        if chain in marks or heads[chain][0] > 0:
            yield Fault(chain, "all its rows are missing")


def _rows_of_heads() -> Iterator[tuple[str, tuple[int, str]]]:
    for chain, sequence, link in ChainHead.objects.values_list("chain", "sequence", "hash").iterator():
        yield chain, (sequence, link)


class _Walk:
    """One chain from its first row to its last; tells its first fault and is silent from there."""

    def __init__(self, chain: str, head: tuple[int, str] | None, mark: tuple[int, str] | None) -> None:
        self.chain, self.head, self.mark = chain, head, mark
        self.sequence, self.link = 0, ""
        self.is_broken = False

    def step(self, entry: AuditEntry) -> Fault | None:
        what = "" if self.is_broken else self._fault_of(entry)
        self.sequence, self.link = entry.sequence, entry.hash
        return self._tell(f"row {entry.sequence} (id {entry.pk})", what)

    def end(self) -> Fault | None:
        if self.is_broken:
            return None
        where, what = f"after row {self.sequence}", ""
        if self.head is None:
            where, what = "last link", "is missing"
        elif self.head[0] > self.sequence:
            what = f"rows up to {self.head[0]} are missing: the tail is cut off"
        elif self.mark and self.mark[0] > self.sequence:
            what = f"rows up to {self.mark[0]} stand in the anchor and are missing: the tail is cut off"
        return self._tell(where, what)

    def _fault_of(self, entry: AuditEntry) -> str:
        missing = entry.sequence - self.sequence - 1
        if missing > 0:
            return f"{missing} row(s) before it are missing"
        if missing < 0:
            return "its place in the chain is taken twice"
        if entry_hash(entry) != entry.hash:
            return "was changed, or moved from another place"
        if entry.previous_hash != self.link:
            return "does not follow the row before it: re-ordered or replaced"
        for kind, known in (("last link", self.head), ("anchor", self.mark)):
            if known and known[0] == entry.sequence and known[1][:HASH_LENGTH] != entry.hash[:HASH_LENGTH]:
                return f"differs from the {kind}: the chain was written anew"
        return self._fault_of_text(entry)

    def _fault_of_text(self, entry: AuditEntry) -> str:
        text = getattr(entry, "free_text", None)
        if text is None:
            return "its text is missing" if entry.text_hash else ""
        if text.blanked_at is not None and not text.text and entry.text_hash:
            return ""
        expected = text_hash(chain=entry.chain, sequence=entry.sequence, text=text.text)
        return "" if expected == entry.text_hash else "its text was changed"

    def _tell(self, where: str, what: str) -> Fault | None:
        if not what:
            return None
        self.is_broken = True
        return Fault(f"{self.chain} {where}", what)


def _sealed_faults(model: type[SealedModel]) -> Iterator[Fault]:
    rows = model._default_manager.select_related("entry", *model.SEALED_TOGETHER).order_by("pk")
    for row in rows.iterator(ROWS_AT_ONCE):
        where = f"{model._meta.label_lower} {row.pk}"
        if row.entry.facts.get("sealed") != plain(row.sealed_facts()):
            yield Fault(where, f"differs from its entry {row.entry.chain} row {row.entry.sequence}")
        elif fault := row.content_fault():
            yield Fault(where, fault)
    for where, what in model.unsealed():
        yield Fault(where, what)


def _lost_decisions() -> Iterator[Fault]:
    lost = AuditEntry.objects.filter(facts__has_key="sealed")
    for model in sealed_models():
        lost = lost.exclude(Exists(model._base_manager.filter(entry=OuterRef("pk"))))
    for entry in lost.in_order().iterator(ROWS_AT_ONCE):
        yield Fault(f"{entry.chain} row {entry.sequence} (id {entry.pk})", "its decision row is missing")
