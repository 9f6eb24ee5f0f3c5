"""One search over everything that every colleague may read (docs/decisions/0018-one-search.md).

Each app tells its own pages as entries; a task writes them into one table, and again when the pages have changed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import TypeVar

from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection, transaction
from django.db.models import Case, IntegerField, Q, When

from audit.transactions import all_or_nothing
from content.models import SearchEntry, SearchIndex, SearchTerm
from content.rules import asked_words, normal, score

logger = logging.getLogger(__name__)

SHOWN_AT_MOST = 60
LONGEST_QUERY = 200
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Found:
    """One page as the search knows it."""

    key: str
    title: str
    url: str
    summary: str = ""
    words: str = ""


@dataclass(frozen=True)
class Source:
    """Pages of one part of the portal, as the search calls them: what they say, and a stamp that changes whenever
    that does; parts may share the stamp of one of them."""

    kind: str
    stamp: Callable[[], object]
    entries: Callable[[dt.date], Iterable[Found]]


@all_or_nothing()
def refresh_index(*, sources: Sequence[Source], today: dt.date) -> bool:
    """Writes the entries anew when a page has changed since, or the day has; whether it did.

    Of a part that cannot be read its entries of before stay; it is asked again the next time.
    """
    stamps = [_attempt(source, source.stamp) for source in sources]
    now_is = hashlib.sha256(repr([today, stamps]).encode()).hexdigest()
    if SearchIndex.objects.filter(stamp=now_is).exists():
        return False
    SearchIndex.objects.get_or_create(pk=1, defaults={"stamp": ""})
    index = SearchIndex.objects.select_for_update().get(pk=1)
    if index.stamp == now_is:
        return False
    answers: dict[str, list[str]] = {}
    for term, target in SearchTerm.objects.values_list("term", "target"):
        answers.setdefault(target, []).append(normal(term))
    told = {source.kind: _attempt(source, partial(_told_by, source, today)) for source in sources}
    failed = [kind for kind, found in told.items() if found is None]
    SearchEntry.objects.exclude(kind__in=failed).delete()
    SearchEntry.objects.bulk_create(
        SearchEntry(**asdict(one), kind=kind, terms=_between_bars(answers.get(one.key, [])))
        for kind, found in told.items()
        for one in found or ()
    )
    index.stamp = "" if failed or None in stamps else now_is
    index.save(update_fields=["stamp"])
    return True


def _told_by(source: Source, today: dt.date) -> list[Found]:
    return list(source.entries(today))


def _attempt(source: Source, ask: Callable[[], Answer]) -> Answer | None:
    """None when it fails: one part that is broken takes nothing from the others."""
    try:
        with transaction.atomic():
            return ask()
    except SoftTimeLimitExceeded:
        raise
    except Exception:
        logger.exception("search source failed: %s", source.kind)
        return None


def search(query: str) -> list[SearchEntry]:
    """Pages that answer the query, the best first; what somebody named as the answer to these words leads."""
    query = query[:LONGEST_QUERY].replace("\x00", "")
    asked = normal(query)
    if not asked:
        return []
    named = SearchEntry.objects.filter(terms__contains=f"|{asked}|").order_by("title").values_list("pk", flat=True)
    ranked = _full_text(query) if connection.vendor == "postgresql" else _by_words(query)
    ids = list(dict.fromkeys([*named, *ranked]))[:SHOWN_AT_MOST]
    order = Case(*[When(pk=pk, then=place) for place, pk in enumerate(ids)], output_field=IntegerField())
    return list(SearchEntry.objects.filter(pk__in=ids).annotate(place=order).order_by("place")) if ids else []


def _full_text(query: str) -> list[int]:
    """By PostgreSQL's own search; the column `vector` is the database's (migration 0002)."""
    sql = """
        SELECT entry.id
          FROM content_searchentry entry, websearch_to_tsquery('english', %s) asked
         WHERE entry.vector @@ asked
         ORDER BY ts_rank(entry.vector, asked) DESC, entry.title
         LIMIT %s
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [query, SHOWN_AT_MOST])
        return [row[0] for row in cursor.fetchall()]


def _by_words(query: str) -> list[int]:
    """Where there is none, in Python: the portal has some hundreds of such pages, not thousands."""
    words = asked_words(query)
    entries = SearchEntry.objects.all()
    for word in filter(str.isalnum, words):
        entries = entries.filter(Q(title__icontains=word) | Q(summary__icontains=word) | Q(words__icontains=word))
    rows = entries.values_list("pk", "title", "summary", "words")
    scored = [(score(words, title, summary, rest), title, pk) for pk, title, summary, rest in rows]
    return [pk for points, _, pk in sorted(scored, key=lambda row: (-row[0], row[1])) if points]


def _between_bars(terms: Iterable[str]) -> str:
    return "".join(f"|{term}|" for term in terms)
