"""Mail that came back: the file that reports it, and who lets an address have mail again."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Collection
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from audit import services as audit
from audit.transactions import all_or_nothing
from notifications.emails import one_line
from notifications.holds import paused_addresses
from notifications.models import Bounce
from people.models import Person
from people.rules.staff_file import FileRefused, decode

COLUMNS = ("address", "when", "kind", "reason")
MOST_ROWS = 20_000
DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S")


@dataclass
class BounceReport:
    """What an import found; a problem is the line of the file and the reason."""

    new: int = 0
    known: int = 0
    problems: list[tuple[int, str]] = field(default_factory=list)
    paused: list[str] = field(default_factory=list)


def read_bounces(content: bytes, *, now: dt.datetime) -> tuple[list[Bounce], list[tuple[int, str]]]:
    """The rows of a CSV file and what is wrong with the others; FileRefused when it is not such a file."""
    text = decode(content)
    if not text.strip():
        raise FileRefused("The file is empty.")
    first = text.lstrip().splitlines()[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    found: list[Bounce] = []
    problems: list[tuple[int, str]] = []
    places: dict[str, int] = {}
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if not places:
                places = _places(cells)
                continue
            if len(found) + len(problems) >= MOST_ROWS:
                raise FileRefused(f"The file has more than {MOST_ROWS:,} rows. Split it.")
            try:
                found.append(_bounce(cells, places, now))
            except ValidationError as error:
                problems.append((reader.line_num, error.messages[0]))
    except csv.Error as error:
        raise FileRefused(f"Line {reader.line_num} cannot be read ({error}).") from None
    return found, problems


@all_or_nothing()
def import_bounces(*, content: bytes, by: Person | None, now: dt.datetime) -> BounceReport:
    """Adds what the file reports; the same file again adds nothing. Says which addresses are paused by it."""
    found, problems = read_bounces(content, now=now)
    before = set(paused_addresses())
    count = Bounce.objects.count()
    Bounce.objects.bulk_create(found, ignore_conflicts=True, batch_size=1000)
    new = Bounce.objects.count() - count
    report = BounceReport(new=new, known=len(found) - new, problems=problems)
    report.paused = sorted(set(paused_addresses()) - before)
    if new:
        facts = {"new": new, "paused": len(report.paused), "refused": len(problems)}
        verb = "notifications.bounces_imported"
        audit.record(by=by, verb=verb, subject=None, chain=audit.PORTAL, now=now, facts=facts)
    return report


@all_or_nothing()
def note_refusal(*, address: str, answer: str, now: dt.datetime) -> None:
    """The mail server itself knows no such address: a bounce like those that are reported later, one a day at most, for
    a mailbox that is away for an hour is not gone."""
    address = address.lower()
    midnight = timezone.make_aware(dt.datetime.combine(timezone.localdate(now), dt.time()))
    of_today = Bounce.objects.filter(address=address, bounced_at__gte=midnight, lifted_at__isnull=True)
    if not of_today.exists():
        row = Bounce(address=address, bounced_at=now, kind=Bounce.Kind.HARD, reason=one_line(answer)[:300])
        Bounce.objects.bulk_create([row], ignore_conflicts=True)


@all_or_nothing()
def lift_pause(*, addresses: Collection[str], by: Person, now: dt.datetime) -> int:
    """Mail may leave to these addresses again: their bounces count no more. Answers how many were paused."""
    lifted = paused_addresses(addresses)
    bounces = Bounce.objects.filter(address__in=lifted, lifted_at__isnull=True)
    entries = [
        audit.NewEntry(by=by, verb="notifications.address_lifted", subject=person, chain=audit.chain_of(person))
        for person in Person.objects.annotate(address=Lower("email")).filter(address__in=lifted).order_by("pk")
    ]
    bounces.update(lifted_at=now)
    audit.record_many(entries, now=now)
    return len(lifted)


def _places(header: list[str]) -> dict[str, int]:
    names = [cell.strip().lower() for cell in header]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise FileRefused(f"The first line must name the columns {', '.join(COLUMNS)}; missing: {', '.join(missing)}.")
    return {name: names.index(name) for name in COLUMNS}


def _bounce(cells: list[str], places: dict[str, int], now: dt.datetime) -> Bounce:
    if len(cells) <= max(places.values()):
        raise ValidationError(f"The row has {len(cells)} columns; some are missing.")
    address, when, kind, reason = (cells[places[name]].replace("\xa0", " ").strip() for name in COLUMNS)
    if not address:
        raise ValidationError("The address is missing.")
    if len(address) > 254:
        raise ValidationError("The address is longer than 254 characters.")
    try:
        validate_email(address)
    except ValidationError:
        raise ValidationError("The address is no e-mail address.") from None
    at = _instant(when)
    if at is None:
        raise ValidationError("The time cannot be read: write 2027-03-04 09:30 or 04/03/2027.")
    if at > now:
        raise ValidationError("The time lies in the future.")
    if kind.lower() not in Bounce.Kind.values:
        raise ValidationError("The kind must be hard or soft.")
    return Bounce(address=address.lower(), bounced_at=at, kind=kind.lower(), reason=one_line(reason)[:300])


def _instant(text: str) -> dt.datetime | None:
    """An instant, or a day; without a zone it is London's."""
    found: dt.datetime | None = None
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    for form in DATES:
        if found is None:
            try:
                found = dt.datetime.strptime(text, form)  # noqa: DTZ007 - the zone follows
            except ValueError:
                continue
    if found is None:
        return None
    return found if timezone.is_aware(found) else timezone.make_aware(found)
