"""Which programme fits a starter, and which of its items are for their job role."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from induction.models import Audience, ProgrammeVersion
from people.models import JobRole

_FOR: dict[str, Callable[[JobRole], bool]] = {
    Audience.EVERYONE: lambda role: True,
    Audience.CARE_CERTIFICATE: lambda role: role.needs_care_certificate,
    Audience.DIRECT_CARE: lambda role: role.gives_direct_care,
    Audience.PRACTITIONERS: lambda role: role.is_practitioner,
    Audience.REGISTERED: lambda role: role.is_registered,
    Audience.MANAGERS: lambda role: role.manages_people,
}


def is_for(audience: str, job_role: JobRole) -> bool:
    """Whether an item for this audience belongs in the plan of this job role."""
    return _FOR[audience](job_role)


def fitting_version(
    versions: Iterable[tuple[ProgrammeVersion, frozenset[int]]], *, directorate_id: int, job_role_id: int
) -> ProgrammeVersion | None:
    """The version whose programme names the job role, else the directorate's general one, else none.

    Each version comes with the ids of the job roles that its programme names (none: general).
    """
    general = None
    for version, job_roles in versions:
        if version.programme.directorate_id != directorate_id:
            continue
        if job_role_id in job_roles:
            return version
        if not job_roles and general is None:
            general = version
    return general
