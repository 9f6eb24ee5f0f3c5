"""Every verb of the history: how it reads in the administration, and whether that it was done is private at all.

A verb that code writes and that stands in neither list fails a guard: whoever adds one decides here who may know.
"""

from __future__ import annotations

WORDS = {
    "audit.exported": "exported a list",
    "induction.added": "added an item to the plan",
    "induction.agreed": "agreed the plan",
    "induction.buddy_named": "named a buddy",
    "induction.changed": "changed an item",
    "induction.completed": "completed the induction",
    "induction.disagreed": "recorded a disagreement",
    "induction.draft_changed": "changed a draft of a programme",
    "induction.draft_deleted": "deleted a draft of a programme",
    "induction.drop_proposed": "proposed to leave an item out",
    "induction.drop_refused": "kept an item in the plan",
    "induction.dropped": "left an item out",
    "induction.extended": "moved the end of the plan",
    "induction.handed_back": "handed an item back",
    "induction.marked_ready": "marked an item as ready",
    "induction.moved": "moved the plan to a newer programme",
    "induction.note_shared": "shared a note",
    "induction.pause_cancelled": "cancelled a planned pause",
    "induction.pause_planned": "planned a pause",
    "induction.paused": "paused the plan",
    "induction.plan_started": "made the induction plan",
    "induction.plan_stopped_on_leaving": "stopped the plan of somebody who left",
    "induction.planned_pause_began": "began the planned pause",
    "induction.programme_changed": "changed for whom a programme is",
    "induction.programme_copied": "copied a programme",
    "induction.programme_drafted": "started a draft of a programme",
    "induction.programme_imported": "brought in a programme",
    "induction.programme_published": "published a programme",
    "induction.resumed": "resumed the plan",
    "induction.review_signed": "signed a review",
    "induction.review_written": "wrote in a review",
    "induction.signed_off": "signed an item off",
    "induction.stopped": "stopped the induction",
    "induction.undone": "took a decision back",
    "notifications.address_lifted": "let mail leave to an address again",
    "notifications.bounces_imported": "brought in mail that came back",
    "notifications.links_revoked": "made earlier links in mail worthless",
    "notifications.sent_again": "sent a message again",
    "pathways.offer_changed": "changed an offer to colleagues",
    "pathways.offer_hidden": "hid an offer to colleagues",
    "pathways.offer_made": "made an offer to colleagues",
    "pathways.offer_paused": "paused an offer to colleagues",
    "pathways.offer_resumed": "put an offer to colleagues back",
    "pathways.offer_shown": "showed an offer to colleagues again",
    "pathways.offer_withdrawn": "withdrew an offer to colleagues",
    "people.cover_ended": "ended cover",
    "people.cover_named": "named cover",
    "people.forgotten": "erased what is kept no longer",
    "people.import_applied": "applied HR's file",
    "people.manager_changed": "changed the line manager",
    "people.person_added": "added somebody from HR's file",
    "people.person_changed": "changed somebody's details from HR's file",
    "people.person_left": "recorded that somebody left",
    "people.role_granted": "gave an access role",
    "people.role_refused": "did not agree to an access role",
    "people.role_removed": "took an access role away",
    "people.role_requested": "asked for an access role",
    "people.session_ended": "ended a session",
    "portal.demo_loaded": "loaded the invented data",
}

PRIVATE = frozenset(
    {
        "notifications.chosen",
        "notifications.paused",
        "pathways.capabilities_closed",
        "pathways.capabilities_marked",
        "pathways.capabilities_shared",
        "pathways.capabilities_viewed",
        "pathways.goal_cleared",
        "pathways.goal_set",
        "pathways.place_asked",
        "pathways.place_declined",
        "pathways.place_given",
        "reminders.calendar_link_ended",
        "reminders.calendar_link_made",
        "reminders.calendar_link_renewed",
    }
)
"""What a person keeps to themself: that it was done is private too (T2 in reliability-and-security.md §1)."""


def in_words(verb: str) -> str:
    """The verb as people say it; one of an older release that nobody writes any more by its own name."""
    return WORDS.get(verb) or verb.partition(".")[2].replace("_", " ")
