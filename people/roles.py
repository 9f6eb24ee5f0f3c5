"""Access roles, granted through groups of the same name; manager, cover and buddy are facts."""

from django.db import models


class Role(models.TextChoices):
    LD_ADMIN = "ld_admin", "Learning and Development admin"
    HEAD_OF_SERVICE = "head_of_service", "Head of service"
    ASYE_COORDINATOR = "asye_coordinator", "ASYE co-ordinator"
    PANEL_MEMBER = "panel_member", "Moderation panel member"
    ASSESSOR = "assessor", "ASYE assessor"
    COACH = "coach", "Coach or mentor"


RULING = frozenset({Role.LD_ADMIN})
"""Roles that rule the portal: a grant needs a second admin."""
GUARDED = frozenset({Role.LD_ADMIN, Role.ASYE_COORDINATOR, Role.PANEL_MEMBER, Role.HEAD_OF_SERVICE})
"""Roles that see or judge many: no single admin may move such an account to another address."""

SUPERUSER_TABLES = frozenset(
    {
        "audit.auditentry",
        "content.page",
        "content.searchterm",
        "induction.inductionprogramme",
        "induction.programmecheckpoint",
        "induction.programmereview",
        "induction.programmeversion",
        "notifications.extraholiday",
        "notifications.mailsettings",
        "notifications.messagesetting",
        "notifications.outgoingmail",
        "notifications.sendinglimits",
        "pathways.approvalstep",
        "pathways.capability",
        "pathways.careerrole",
        "pathways.careerstep",
        "pathways.careerstructure",
        "pathways.cohort",
        "pathways.intake",
        "pathways.profession",
        "pathways.publishedfigure",
        "pathways.qualificationroute",
        "pathways.requirement",
        "pathways.routeevent",
        "pathways.vacancypage",
        "people.directorate",
        "people.jobrole",
        "people.qualification",
        "people.rolegrant",
        "people.team",
        "people.user",
        "reminders.ladder",
        "reminders.sweeprun",
        "reminders.sweepsettings",
    }
)
"""What being a superuser opens in the admin: accounts, reference data, state of mail and history. Plans, reminders,
people and HR's file need an access role; so does any table that is not named (reliability-and-security.md §2, SU)."""
