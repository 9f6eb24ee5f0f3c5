"""Who works here, and how they come in."""

from people.models.access import (
    ImportRun,
    KeptForm,
    RoleGrant,
    SignedInSession,
    SignInAttempt,
)
from people.models.people import (
    Basis,
    Cover,
    Dated,
    Directorate,
    JobRole,
    LineManagement,
    Person,
    Posting,
    Qualification,
    QualificationHeld,
    RegistrationHeld,
    Sourced,
    Team,
    User,
)

__all__ = [
    "Basis",
    "Cover",
    "Dated",
    "Directorate",
    "ImportRun",
    "JobRole",
    "KeptForm",
    "LineManagement",
    "Person",
    "Posting",
    "Qualification",
    "QualificationHeld",
    "RegistrationHeld",
    "RoleGrant",
    "SignInAttempt",
    "SignedInSession",
    "Sourced",
    "Team",
    "User",
]
