"""The data map of interests and applications; the other tables stand in personal_data.py."""

from __future__ import annotations

from bexley_ld.data_columns import EMPLOYMENT, NOBODY, SELF_AND_LD, WHO, Column, columns

# A draft is its person's alone, and goes after 30 days once it cannot be sent any more.
APPLICANT = "the person; once sent also line manager and cover, and L&D"
APPLICATION = "employment + 6 years; a draft 30 days"

OF_APPLICATIONS: dict[str, dict[str, Column]] = {
    "pathways.Interest": columns(
        "person route expressed_at withdrawn_at", "to tell the person when a route opens", SELF_AND_LD, EMPLOYMENT
    ),
    "pathways.Application": {
        **columns("person intake step", "who applies for what", APPLICANT, APPLICATION),
        **columns("statement evidence evidence_url", "what the person says for themself", APPLICANT, APPLICATION),
        **columns(
            "state version created_at saved_at sent_at answer_by place reserve_position",
            "where it stands, and who has it until when",
            APPLICANT,
            APPLICATION,
        ),
        **columns(
            "enrolled_date expected_end_date break_date completed_date service_until",
            "how far the person is on the route",
            APPLICANT,
            APPLICATION,
        ),
    },
    "pathways.ApplicationDecision": columns(
        "entry application act before after as_side by acting_for at day content_hash form_key",
        "who decided what, when, in whose name",
        APPLICANT,
        APPLICATION,
    ),
    "pathways.ApplicationFile": {
        **columns("application uploaded_by", WHO, APPLICANT, APPLICATION),
        **columns("name kind size", "what the person adds to show that they are ready", APPLICANT, APPLICATION),
        **columns("key sha256 state uploaded_at sent_at", "to keep it whole and free of viruses", NOBODY, APPLICATION),
    },
    "pathways.Milestone": columns(
        "application kind title hours due_date done_date form_key",
        "which parts of the route are done",
        APPLICANT,
        APPLICATION,
    ),
}
