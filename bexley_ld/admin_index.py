"""The administration's first page: what people come to do, then every table under the name they know."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.sites import AdminSite
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from bexley_ld.operations import alerts
from notifications.holds import mail_switch

# What to do, the table that has to be open to the account, the page, and what it asks of that page.
TASKS = (
    ("Change an induction programme", "InductionProgramme", "induction_inductionprogramme_changelist", ""),
    ("Bring in HR's file", "ImportRun", "people_importrun_upload", ""),
    ("See mail that failed", "OutgoingMail", "notifications_outgoingmail_changelist", "?state__exact=failed"),
    ("Word a message, or switch it off", "MessageSetting", "notifications_messagesetting_changelist", ""),
    ("Set the hours of mail and how much of it", "SendingLimits", "notifications_sendinglimits_changelist", ""),
    ("See addresses that do not work", "Bounce", "notifications_bounce_changelist", "?paused=1"),
    ("Edit teams", "Team", "people_team_changelist", ""),
    ("Edit job roles", "JobRole", "people_jobrole_changelist", ""),
    ("Edit the career framework", "CareerRole", "pathways_careerrole_changelist", ""),
    ("Edit qualification routes", "QualificationRoute", "pathways_qualificationroute_changelist", ""),
    ("Set up an intake", "Intake", "pathways_intake_changelist", ""),
    ("Change when people are reminded", "Ladder", "reminders_ladder_changelist", ""),
    ("Set the hour of the reminders", "SweepSettings", "reminders_sweepsettings_changelist", ""),
    ("See who would be reminded tomorrow", "Reminder", "reminders_sweeprun_preview", ""),
    ("See what the reminder sweep did", "SweepRun", "reminders_sweeprun_changelist", ""),
)
# The name that stands on the page and in the guides, then what that is.
NAMES = {
    "AuditEntry": "Audit entries: the history of the whole portal",
    "Checkpoint": "Checkpoints of plans",
    "Decision": "Decisions on plans",
    "Review": "Reviews of plans",
    "InductionProgramme": "Induction programmes: what new starters get",
    "ProgrammeVersion": "Programme versions: drafts and what was published",
    "ApprovalStep": "Approval steps: who says yes to a route",
    "CareerRole": "Career roles: what a role is and asks for",
    "CareerStep": "Career steps: ways from role to role",
    "CareerStructure": "Career structures: now and before",
    "Intake": "Intakes: when one may apply for a route, and for how many places",
    "Profession": "Professions: the lanes of the career map",
    "PublishedFigure": "Published figures: what pages once counted",
    "QualificationRoute": "Qualification routes: what leads to an award",
    "VacancyPage": "Vacancy pages: where posts are advertised",
    "ExtraHoliday": "Extra holidays: days on which nobody is reminded",
    "Bounce": "Bounces: mail that came back",
    "MailSettings": "Mail settings: the switch for all mail",
    "MessageSetting": "Messages: their words, and whether they are sent",
    "OutgoingMail": "Outgoing mail: its state, never its words",
    "ImportRun": "Import runs: HR's files that were brought in",
    "RoleGrant": "Role grants: access asked for and given",
    "User": "Users: accounts",
    "Ladder": "Ladders: when people are reminded",
    "Reminder": "Reminders that were written",
    "SweepRun": "Sweep runs: what the reminder sweep did each day",
    "SendingLimits": "Sending limits: the hours of mail, the hold, the weekly cap",
    "SweepSettings": "Sweep settings: the hour of the reminders",
}


def get_app_list(request: HttpRequest, app_label: str | None = None) -> list[Any]:
    """Django's own list, with the names that people know."""
    apps = AdminSite.get_app_list(admin.site, request, app_label)
    for app in apps:
        for model in app["models"]:
            model["name"] = NAMES.get(model["object_name"], model["name"])
    return apps


def index(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
    """Only the tasks whose table is open to the account."""
    shown = {model["object_name"] for app in get_app_list(request) for model in app["models"]}
    tasks = [(words, reverse(f"admin:{page}") + query) for words, table, page, query in TASKS if table in shown]
    found = [alert for alert in alerts(now=timezone.now()) if alert.table in shown]
    switch = mail_switch() if "MailSettings" in shown else None
    extra = {"tasks": tasks, "alerts": found, "mail_switch": switch}
    return AdminSite.index(admin.site, request, {**(extra_context or {}), **extra})
