"""Each column that says something about a person: what it is for, who sees it, how long it is kept.

`python -m bexley_ld.personal_data docs/dpia.md` writes the data map into that page; a guard fails on a column that
is not here.
Periods are defaults for the council to confirm (reliability-and-security.md §5, Retention).
"""

from __future__ import annotations

import sys
from pathlib import Path

from bexley_ld.data_columns import EMPLOYMENT, NOBODY, SELF_AND_LD, WHO, Column
from bexley_ld.data_columns import columns as _all
from bexley_ld.data_of_applications import OF_APPLICATIONS

WITH_ACCOUNT = "as long as the account"

COLLEAGUES = "every colleague"
SELF_LINE_LD = "the person; line manager and cover; L&D"
THE_TWO = "the person; line manager and cover"
THE_TWO_ALONE = "the person; the line manager, not a cover"
SHARED_BY_PERSON = "the person; once they share it, line manager and cover"
STATE = "the person; line manager and cover; state and dates also the line above and L&D"
L_AND_D = "L&D"


def _item(kept: str) -> dict[str, Column]:
    """The words of an item, the same in the programme and in a plan."""
    return _all(
        "position section method title why how link_title link_url note owner is_mandatory is_agreement",
        "what the starter is to know, understand or do",
        THE_TWO,
        kept,
    )


def _simple_history(kept: str) -> dict[str, Column]:
    return _all("history_user history_date history_type history_change_reason", "who edited it", L_AND_D, kept)


PERSONAL_DATA: dict[str, dict[str, Column]] = {
    "people.Person": {
        **_all("given_name family_name email", "to name and reach a colleague", COLLEAGUES, EMPLOYMENT),
        **_all("search_name", "to find a colleague by name", NOBODY, EMPLOYMENT),
        **_all("employee_number", "to match HR's file", SELF_LINE_LD, EMPLOYMENT),
        **_all("start_date fte", "to work out induction dates", SELF_LINE_LD, EMPLOYMENT),
        **_all("leaving_date deactivated_at", "to end every right on leaving", SELF_LINE_LD, EMPLOYMENT),
        **_all("updated_at", "to tell what an import changed", L_AND_D, EMPLOYMENT),
    },
    "people.User": {
        **_all("email", "to sign in", SELF_AND_LD, WITH_ACCOUNT),
        **_all("password", "to sign in (a hash)", NOBODY, WITH_ACCOUNT),
        **_all("person", WHO, SELF_AND_LD, WITH_ACCOUNT),
        **_all("last_login date_joined", "to notice accounts nobody uses", L_AND_D, WITH_ACCOUNT),
        **_all("is_active is_staff is_superuser groups user_permissions", "access roles", SELF_AND_LD, WITH_ACCOUNT),
        **_all("is_demo", "marks an invented account", L_AND_D, WITH_ACCOUNT),
    },
    "people.Posting": _all("person team job_role start_date end_date", "team and job role", COLLEAGUES, EMPLOYMENT),
    "people.LineManagement": _all(
        "person manager start_date end_date", "who manages whom: the root of every right", SELF_LINE_LD, EMPLOYMENT
    ),
    "people.Cover": {
        **_all(
            "manager cover start_date end_date created_at",
            "who acts for whom",
            "the two; those managed; L&D",
            EMPLOYMENT,
        ),
        **_all("reason", "why someone acts for the manager", "the manager and the cover", EMPLOYMENT),
    },
    "people.QualificationHeld": _all(
        "person qualification awarded_date expires_date is_verified",
        "to offer what the person is eligible for",
        SELF_LINE_LD,
        EMPLOYMENT,
    ),
    "people.RegistrationHeld": _all(
        "person body number start_date end_date", "to fit the induction to a registered role", SELF_LINE_LD, EMPLOYMENT
    ),
    "people.ImportRun": {
        **_all("by created_at applied_at", "who brought in an HR file", L_AND_D, "2 years"),
        **_all(
            "file_name file_hash data_version state is_complete_file allowed_leavers",
            "what was applied",
            L_AND_D,
            "2 years",
        ),
        **_all("content", "the file between preview and apply", NOBODY, "the day of its preview, swept daily"),
        **_all("outcome", "what the file would change or has changed", L_AND_D, "30 days"),
    },
    "people.SignInAttempt": _all(
        "account_hash address_hash at", "to slow down guessing (hashes only)", NOBODY, "1 day, swept daily"
    ),
    "people.SignedInSession": _all(
        "session_key session_data expire_date user signed_in_at seen_at browser",
        "to stay signed in; to see and end one's sessions",
        "the person",
        "12 hours after the last use, swept daily",
    ),
    "people.KeptForm": _all(
        "token_hash user path fields created_at",
        "what was typed when a session had ended",
        "the person",
        "12 hours, swept daily",
    ),
    "people.RoleGrant": _all(
        "user role reason requested_by requested_at answered_by answered_at is_approved",
        "who was given which right, by whom, why",
        SELF_AND_LD,
        EMPLOYMENT,
    ),
    **OF_APPLICATIONS,
    "pathways.CareerGoal": _all(
        "person role set_at", "to show the way to the role that the person would like", "the person alone", EMPLOYMENT
    ),
    "pathways.SelfAssessment": {
        **_all("person role changed_at", "to mark where one is against a role", SHARED_BY_PERSON, EMPLOYMENT),
        **_all("version view_version", "so that nobody overwrites what they have not seen", NOBODY, EMPLOYMENT),
        **_all("shared_at", "whether and when the person shared it", SHARED_BY_PERSON, EMPLOYMENT),
    },
    "pathways.CapabilityMark": _all(
        "assessment capability title side by level note seen_date marked_at",
        "what the person, and the manager beside them, see of a capability",
        SHARED_BY_PERSON,
        EMPLOYMENT,
    ),
    "pathways.CpdPlan": _all(
        "person review_date reviewed_date shared_at version created_at",
        "whose plan it is, with whom it is shared, when it is reviewed",
        SHARED_BY_PERSON,
        EMPLOYMENT,
    ),
    "pathways.CpdGoal": _all(
        "plan role title why state outcome_reason created_at",
        "what the person wants to reach, and what came of it",
        SHARED_BY_PERSON,
        EMPLOYMENT,
    ),
    "pathways.CpdAction": _all(
        "goal title kind due_date needs done_date done_note evidence_url is_dropped",
        "what the person does for a goal, by when",
        SHARED_BY_PERSON,
        EMPLOYMENT,
    ),
    "pathways.CpdDecision": _all(
        "entry plan goal kind by acting_for held_date at",
        "who said, confirmed or reviewed what, when, in whose name",
        SHARED_BY_PERSON,
        EMPLOYMENT,
    ),
    "pathways.ExpertiseOffer": {
        **_all(
            "person kind title what when_words how_to_reach places until_date capabilities created_at",
            "so that colleagues find what someone shares",
            COLLEAGUES,
            EMPLOYMENT,
        ),
        **_all("state version form_key", "whether it is on offer", "the person; L&D", EMPLOYMENT),
        **_all("hidden_reason hidden_from", "why Learning and Development hid it", SELF_AND_LD, EMPLOYMENT),
    },
    "pathways.PlaceRequest": _all(
        "offer person message state asked_at answer_by answered_at",
        "to ask a colleague for a place, and to answer",
        "whoever asks; whoever offers",
        EMPLOYMENT,
    ),
    "induction.InductionPlan": {
        **_all("person version", WHO, STATE, EMPLOYMENT),
        **_all(
            "start_date original_end_date end_date state agree_by agreed_date closed_date created_at",
            "how far the induction is",
            STATE,
            EMPLOYMENT,
        ),
        **_all("buddy", "who helps the starter", "the person; line manager and cover; the buddy", EMPLOYMENT),
        **_all(
            "revision person_agreed_revision manager_agreed_revision",
            "that both agreed the same text",
            THE_TWO,
            EMPLOYMENT,
        ),
    },
    "induction.Checkpoint": {
        **_item(EMPLOYMENT),
        **_all(
            "plan source_key origin first_signer round version",
            "whose item it is and where it came from",
            THE_TWO,
            EMPLOYMENT,
        ),
        **_all(
            "original_due_date due_date state waiting_on waiting_since answer_by was_handed_back drop_proposed_by",
            "what is open, since when, with whom",
            STATE,
            EMPLOYMENT,
        ),
        **_all("ready_note evidence_url", "what the starter did and learned", THE_TWO, EMPLOYMENT),
    },
    "induction.Review": {
        **_all(
            "plan month title agenda is_final first_signer round version", "what a review is about", THE_TWO, EMPLOYMENT
        ),
        **_all(
            "original_due_date due_date state waiting_on waiting_since answer_by held_date",
            "whether it was held",
            STATE,
            EMPLOYMENT,
        ),
        **_all("person_comment manager_comment next_steps", "what the two said and agreed", THE_TWO, EMPLOYMENT),
        **_all("outcome outcome_date outcome_reason", "how the induction goes on", THE_TWO, EMPLOYMENT),
    },
    "induction.Decision": _all(
        "entry plan checkpoint review kind as_role round by acting_for at content_hash form_key",
        "who signed what, when, in whose name",
        THE_TWO,
        EMPLOYMENT,
    ),
    "induction.PlanPause": {
        **_all(
            "plan start_date expected_end_date end_date days is_planned",
            "in which time nothing is due",
            THE_TWO,
            EMPLOYMENT,
        ),
        **_all("reason", "why the plan stood still", THE_TWO_ALONE, EMPLOYMENT),
    },
    "induction.PlanExtension": {
        **_all("plan from_date to_date created_at", "by how much the end moved", THE_TWO, EMPLOYMENT),
        **_all("kind reason", "why the end moved", THE_TWO_ALONE, EMPLOYMENT),
    },
    "induction.PlanReading": _all(
        "plan reader read_date", "which plans a line manager has not looked at lately", "the reader alone", EMPLOYMENT
    ),
    "induction.PlanNote": _all(
        "plan author text is_shared form_key created_at",
        "a thought for the next talk",
        "its author; once shared, also the other of the two",
        EMPLOYMENT,
    ),
    "notifications.Bounce": _all(
        "address bounced_at kind reason lifted_at", "whether an address works", L_AND_D, EMPLOYMENT
    ),
    "notifications.OutgoingMail": {
        **_all(
            "recipient to_email kind key why is_routine leaves_at_night is_secret"
            " held_as facts path let_through_at digest",
            "who was written to and why",
            "the recipient; state and kind L&D",
            EMPLOYMENT,
        ),
        **_all("subject text_body html_body", "what the portal wrote", "the recipient", "90 days"),
        **_all(
            "state reason created_at due_at retry_at lease_until leased_by attempts first_tried_at sent_at",
            "whether it arrived",
            "the recipient; L&D",
            EMPLOYMENT,
        ),
    },
    "notifications.Preference": _all(
        "person kind frequency chosen_at", "how often each kind of mail may come", "the person", EMPLOYMENT
    ),
    "notifications.Mailbox": _all(
        "person paused_until link_version",
        "a pause of all mail, and which links in mail still work",
        "the person",
        EMPLOYMENT,
    ),
    "reminders.Reminder": _all(
        "rule step subject_type subject_id recipient due_date mail sweep_date about awaits_end",
        "what was already said, so that it is said once",
        "the recipient",
        EMPLOYMENT,
    ),
    "reminders.CalendarLink": {
        **_all(
            "person made_at expires_on read_at",
            "to show what is due in the person's own calendar",
            "the person",
            "until it is switched off",
        ),
        **_all(
            "token_hash content_hash content_changed_at",
            "to know the link and a change again",
            NOBODY,
            "until it is switched off",
        ),
    },
    "content.MistakeReport": _all(
        "page person said state reported_at dealt_with_at dealt_with_by form_key",
        "to put right what a guide says wrongly, and to ask back",
        SELF_AND_LD,
        EMPLOYMENT,
    ),
    "content.Page": _all(
        "slug title summary group position is_shown owner review_by",
        "information for staff, and who keeps it true",
        "every colleague",
        "until another keeps it",
    ),
    "content.PageSection": _all(
        "page position heading text link_title link_url basis source source_date",
        "information for staff",
        "every colleague",
        "as long as the guide",
    ),
    "audit.AuditEntry": {
        **_all(
            "chain sequence at actor_id actor_name acting_for_id acting_for_name verb subject_type subject_id facts",
            "what was done and decided, by whom",
            "who reads the record; that it exists L&D",
            EMPLOYMENT,
        ),
        **_all("text_hash previous_hash hash", "to notice a changed past", NOBODY, EMPLOYMENT),
    },
    "audit.AuditText": _all(
        "entry text blanked_at",
        "the reason or comment given",
        "who reads the record",
        "employment + 6 years, then blanked",
    ),
}

# Tables of ours that say nothing about one person, and why they are not above.
NOT_PERSONAL: dict[str, str] = {
    "people.Directorate": "reference data",
    "people.Team": "reference data",
    "people.JobRole": "reference data",
    "people.Qualification": "reference data",
    "content.SearchTerm": "reference data",
    "content.SearchEntry": "what every colleague may read",
    "content.SearchIndex": "a stamp",
    "pathways.Profession": "reference data",
    "pathways.CareerRole": "reference data",
    "pathways.Capability": "reference data",
    "pathways.CareerStep": "reference data",
    "pathways.Requirement": "reference data",
    "pathways.PanelDate": "reference data",
    "pathways.CareerStructure": "reference data",
    "pathways.VacancyPage": "reference data",
    "pathways.QualificationRoute": "reference data",
    "pathways.RouteEvent": "reference data",
    "pathways.Intake": "reference data",
    "pathways.Cohort": "counts only",
    "pathways.PublishedFigure": "counts only",
    "pathways.ApprovalStep": "reference data",
    "induction.InductionProgramme": "a template",
    "induction.ProgrammeVersion": "a template",
    "induction.ProgrammeReview": "a template",
    "induction.ProgrammeCheckpoint": "a template",
    "notifications.ExtraHoliday": "reference data",
    "notifications.MailSettings": "a setting",
    "notifications.MessageSetting": "a setting",
    "notifications.SendingLimits": "a setting",
    "reminders.Ladder": "a setting",
    "reminders.CalendarDate": "dates of things by number, so that a calendar notices a change",
    "reminders.SweepRun": "counts only",
    "reminders.SweepSettings": "a setting",
    "audit.ChainHead": "the last hash of each chain",
}

BEGIN, END = "<!-- data map: begin -->\n", "<!-- data map: end -->\n"


def as_markdown() -> str:
    """The data map: one row for columns of a table that share purpose, readers and period."""
    lines = ["| Table | Columns | What for | Who sees it | Kept |", "|---|---|---|---|---|"]
    for table, columns in PERSONAL_DATA.items():
        rows: dict[Column, list[str]] = {}
        for name, column in columns.items():
            rows.setdefault(column, []).append(name)
        for column, names in rows.items():
            words = ", ".join(f"`{name}`" for name in names)
            lines.append(f"| {table} | {words} | {column.purpose} | {column.seen_by} | {column.kept} |")
    lines += ["", "Tables of the portal that say nothing about one person:", ""]
    lines += [f"- {table}: {why}" for table, why in NOT_PERSONAL.items()]
    return "\n".join(lines) + "\n"


def rewrite(page: Path) -> None:
    """Put the data map between its two marks."""
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    page.write_text(f"{before}{BEGIN}\n{as_markdown()}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    rewrite(Path(sys.argv[1]))
