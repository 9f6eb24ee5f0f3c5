"""Draft, publish, copy, export and import programmes. None of it touches a plan that has begun."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from audit import services as audit
from audit.transactions import all_or_nothing
from induction.models import InductionProgramme, ProgrammeCheckpoint, ProgrammeReview, ProgrammeVersion
from induction.rules import comparison
from induction.rules import programme as rules
from people.models import Directorate, JobRole, Person
from people.rules import Conflict, NotAllowed

CHAIN = "portal"  # programmes are nobody's personal record
DIRECTORATE_FIELDS = ("code", "name", "basis", "source", "source_date")
JOB_ROLE_FIELDS = (
    "code",
    "title",
    "side",
    "ladder_order",
    "stage",
    "stage_basis",
    "named_by_bexley",
    "is_added_role",
    "entry_qualification",
    "registration",
    "experience",
    "pcf_level",
    "gives_direct_care",
    "needs_care_certificate",
    "is_practitioner",
    "is_registered",
    "manages_people",
    "flags_basis",
    "basis",
    "source",
    "source_date",
)
ITEM_FIELDS = tuple(name for name in rules.ItemData.__dataclass_fields__ if name != "key")


def read_version(version: ProgrammeVersion) -> rules.ProgrammeData:
    """A version as plain data, in the order in which a starter reads it."""
    programme = version.programme
    return rules.ProgrammeData(
        code=programme.code,
        title=programme.title,
        directorate=programme.directorate.code,
        job_roles=tuple(programme.job_roles.order_by("code").values_list("code", flat=True)),
        **{name: getattr(version, name) for name in rules.HEAD_FIELDS},
        reviews=tuple(
            rules.ReviewData(row.month, row.title, row.is_final, tuple(row.agenda.splitlines()))
            for row in version.reviews.order_by("month", "pk")
        ),
        checkpoints=tuple(
            rules.ItemData(key=row.key, **{name: getattr(row, name) for name in ITEM_FIELDS})
            for row in version.checkpoints.order_by("position", "pk")
        ),
    )


def digest(data: rules.ProgrammeData) -> str:
    """SHA-256 of what the version says; its publishing is sealed with it."""
    text = json.dumps(data.content(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def compare_versions(before: ProgrammeVersion, after: ProgrammeVersion) -> comparison.Comparison:
    """What a starter would find different, row by row."""
    return comparison.compare(read_version(before), read_version(after))


def publishing_problems(version: ProgrammeVersion) -> list[str]:
    """Why this version cannot be published yet, its neighbours included."""
    programme, data = version.programme, read_version(version)
    overlaps = [] if programme.is_retired else audience_problems(programme, job_roles=programme.job_roles.all())
    given_out = programme.versions.filter(state=ProgrammeVersion.State.PUBLISHED).exclude(pk=version.pk).first()
    same = (
        [f"It says the same as version {given_out.number}, which starters get now. Change it first, or delete it."]
        if given_out and read_version(given_out).content() == data.content()
        else []
    )
    return [*same, *rules.publishing_problems(data), *overlaps]


def audience_problems(programme: InductionProgramme, *, job_roles: Iterable[JobRole]) -> list[str]:
    """Why a programme that is given out cannot be for these job roles; for none means for every other one.

    A starter must find one programme: no job role of a directorate stands in two that are given out.
    """
    others = InductionProgramme.objects.filter(
        directorate=programme.directorate_id,
        is_retired=False,
        versions__state=ProgrammeVersion.State.PUBLISHED,
    ).exclude(pk=programme.pk)
    roles = list(job_roles)
    if not roles:
        return [
            f'"{other.title}" is already for every other job role of the directorate. Choose job roles for this one.'
            for other in others.filter(job_roles__isnull=True)
        ]
    return [
        f'The job role "{role}" already has the programme "{title}". Take it out of one of the two.'
        for role, title in others.filter(job_roles__in=roles)
        .order_by("title", "job_roles__title")
        .values_list("job_roles__title", "title")
    ]


def hold_audience(programme: InductionProgramme) -> None:
    """Lock the directorate until the transaction ends: two saves at once cannot both find a job role free.

    Which programme a job role gets follows from programmes, versions and job roles together, which no constraint of
    one table can hold.
    """
    Directorate.objects.select_for_update().get(pk=programme.directorate_id)


def is_given_out(programme: InductionProgramme) -> bool:
    """Whether starters get it now, as far as its versions say."""
    return programme.versions.filter(state=ProgrammeVersion.State.PUBLISHED).exists()


@all_or_nothing()
def publish_version(*, version_id: int, by: Person | None, now: dt.datetime) -> ProgrammeVersion:
    """Give the draft to every starter from now on; plans that have begun stay on their version."""
    version = _locked_version(version_id)
    if version.state != ProgrammeVersion.State.DRAFT:
        raise Conflict(f"Version {version.number} has been published already.")
    hold_audience(version.programme)
    if problems := publishing_problems(version):
        raise NotAllowed(" ".join(problems))
    version.programme.versions.filter(state=ProgrammeVersion.State.PUBLISHED).update(
        state=ProgrammeVersion.State.RETIRED
    )
    version.state = ProgrammeVersion.State.PUBLISHED
    version.published_at = now
    version.save(update_fields=["state", "published_at"])
    _record(version, "induction.programme_published", by=by, now=now, digest=digest(read_version(version)))
    return version


@all_or_nothing()
def start_draft(*, programme_id: int, by: Person | None, now: dt.datetime) -> ProgrammeVersion:
    """A new draft that begins as a copy of what starters get now."""
    programme = InductionProgramme.objects.select_for_update().get(pk=programme_id)
    if draft := programme.versions.filter(state=ProgrammeVersion.State.DRAFT).first():
        raise Conflict(f"Version {draft.number} is a draft already. Change that one.")
    latest = programme.versions.order_by("-state", "-number")
    source = latest.filter(state=ProgrammeVersion.State.PUBLISHED).first() or latest.first()
    if source is None:
        version = ProgrammeVersion.objects.create(programme=programme, number=1)
    else:
        version = _add_version(programme, read_version(source))
    _record(version, "induction.programme_drafted", by=by, now=now, copied_from=source and source.number)
    return version


@all_or_nothing()
def copy_programme(*, version_id: int, code: str, title: str, by: Person | None, now: dt.datetime) -> ProgrammeVersion:
    """The same rows under another name, as a draft for no job role yet."""
    version = _locked_version(version_id)
    if InductionProgramme.objects.filter(code=code).exists():
        raise Conflict(f'There is a programme with the code "{code}" already. Choose another code.')
    programme = InductionProgramme.objects.create(
        code=code, title=title, directorate_id=version.programme.directorate_id
    )
    copy = _add_version(programme, read_version(version))
    _record(copy, "induction.programme_copied", by=by, now=now, copied_from=str(version))
    return copy


def export_programme(version: ProgrammeVersion) -> bytes:
    """The version as JSON in the shape of the starter files, with the reference rows that it names."""
    data = asdict(read_version(version))
    directorate = version.programme.directorate
    data["reference"] = {
        "directorates": [{name: getattr(directorate, name) for name in DIRECTORATE_FIELDS}],
        "job_roles": [
            {name: getattr(role, name) for name in JOB_ROLE_FIELDS}
            for role in version.programme.job_roles.order_by("code")
        ],
    }
    return json.dumps(data, ensure_ascii=False, indent=2).encode() + b"\n"


@all_or_nothing()
def import_programme(
    *,
    data: rules.ProgrammeData,
    by: Person | None,
    now: dt.datetime,
    reference: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    change_note: str = "",
) -> ProgrammeVersion:
    """A draft from a file: of a new programme, or the next one of the programme with this code."""
    programme = InductionProgramme.objects.select_for_update().filter(code=data.code).first()
    if programme is None:
        directorate, roles = _reference(data, reference or {})
        programme = InductionProgramme.objects.create(code=data.code, title=data.title, directorate=directorate)
        programme.job_roles.set(roles)
    elif draft := programme.versions.filter(state=ProgrammeVersion.State.DRAFT).first():
        raise Conflict(f'"{programme.title}" has a draft already (version {draft.number}). Publish or delete it first.')
    version = _add_version(programme, data, change_note=change_note)
    _record(version, "induction.programme_imported", by=by, now=now, digest=digest(data))
    return version


def load_starter_programme(*, data: rules.ProgrammeData, now: dt.datetime) -> str:
    """Bring the starter text in, once; what Learning and Development made of it is never overwritten."""
    programme = InductionProgramme.objects.filter(code=data.code).first()
    if programme is not None:
        if programme.versions.filter(state=ProgrammeVersion.State.DRAFT).exists():
            return "left alone: there is a draft"
        published = programme.versions.filter(state=ProgrammeVersion.State.PUBLISHED).first()
        if published is None:
            return "left alone: withdrawn"
        if digest(read_version(published)) == digest(data):
            return "unchanged"
        if published.change_note != STARTER_NOTE:
            return "left alone: has its own version"
    with transaction.atomic():
        version = import_programme(data=data, by=None, now=now, change_note=STARTER_NOTE)
        publish_version(version_id=version.pk, by=None, now=now)
    return f"published version {version.number}"


STARTER_NOTE = "Starter content"


def _locked_version(version_id: int) -> ProgrammeVersion:
    """The programme is the parent, so its row is the lock."""
    version = ProgrammeVersion.objects.get(pk=version_id)
    programme = InductionProgramme.objects.select_for_update().get(pk=version.programme_id)
    version.refresh_from_db()
    version.programme = programme
    return version


def _reference(
    data: rules.ProgrammeData, reference: Mapping[str, Sequence[Mapping[str, Any]]]
) -> tuple[Directorate, list[JobRole]]:
    """The directorate and job roles that the file names; missing ones come from the file's own rows."""
    _add_missing(Directorate, DIRECTORATE_FIELDS, reference.get("directorates", ()), {data.directorate})
    _add_missing(JobRole, JOB_ROLE_FIELDS, reference.get("job_roles", ()), set(data.job_roles))
    directorate = Directorate.objects.filter(code=data.directorate).first()
    if directorate is None:
        raise NotAllowed(f'There is no directorate "{data.directorate}". Add it first, then import the file again.')
    roles = list(JobRole.objects.filter(code__in=data.job_roles))
    if missing := sorted(set(data.job_roles) - {role.code for role in roles}):
        raise NotAllowed(f"There is no job role {', '.join(missing)}. Add it first, then import the file again.")
    return directorate, roles


def _add_missing(
    model: type[Directorate | JobRole],
    fields: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    wanted: set[str],
) -> None:
    """Rows that the programme names and the database lacks; nothing that is there is touched."""
    known = set(model.objects.filter(code__in=wanted).values_list("code", flat=True))
    for row in rows:
        if not isinstance(row, Mapping) or row.get("code") not in wanted - known:
            continue
        new = model(**{name: row[name] for name in fields if name in row})
        try:
            new.full_clean()
        except ValidationError as invalid:
            raise NotAllowed(f"The file cannot add {row['code']}: {' '.join(invalid.messages)}") from None
        new.save()
        known.add(new.code)


def _add_version(
    programme: InductionProgramme, data: rules.ProgrammeData, *, change_note: str = ""
) -> ProgrammeVersion:
    last = programme.versions.aggregate(last=Max("number"))["last"] or 0
    version = ProgrammeVersion.objects.create(
        programme=programme,
        number=last + 1,
        change_note=change_note,
        **{name: getattr(data, name) for name in rules.HEAD_FIELDS},
    )
    ProgrammeReview.objects.bulk_create(
        ProgrammeReview(version=version, **{**asdict(row), "agenda": "\n".join(row.agenda)}) for row in data.reviews
    )
    ProgrammeCheckpoint.objects.bulk_create(_items(version, data.checkpoints))
    return version


def _items(version: ProgrammeVersion, rows: Iterable[rules.ItemData]) -> list[ProgrammeCheckpoint]:
    """Positions in tens leave room to put a row between two others."""
    return [
        ProgrammeCheckpoint(version=version, position=number * 10, **asdict(row))
        for number, row in enumerate(rows, start=1)
    ]


def _record(version: ProgrammeVersion, verb: str, *, by: Person | None, now: dt.datetime, **facts: Any) -> None:
    audit.record(
        by=by,
        verb=verb,
        subject=version,
        chain=CHAIN,
        now=now,
        facts={"programme": version.programme.code, "number": version.number, **facts},
    )
