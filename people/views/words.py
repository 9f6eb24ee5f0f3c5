"""How the history reads to the person whom it is about."""

from __future__ import annotations

from typing import Any

from audit.models import AuditEntry
from people.models import Person

VERBS = {
    "people.person_added": "added you from HR's file",
    "people.person_changed": "changed your details from HR's file",
    "people.person_left": "recorded that you left",
    "people.manager_changed": "changed your line manager",
    "people.cover_named": "named cover",
    "people.cover_ended": "ended cover",
    "people.role_requested": "asked for an access role for you",
    "people.role_granted": "gave you an access role",
    "people.role_refused": "did not agree to an access role for you",
    "people.role_removed": "took an access role away",
    "people.session_ended": "ended a session",
    "pathways.goal_set": "chose a goal on the career map",
    "pathways.goal_cleared": "took the goal on the career map away",
    "pathways.cpd_started": "started your CPD plan",
    "pathways.cpd_changed": "changed your CPD plan",
    "pathways.cpd_shared": "shared your CPD plan",
    "pathways.cpd_closed": "stopped sharing your CPD plan",
    "pathways.cpd_said_met": "said that a goal is met",
    "pathways.cpd_said_not_met": "said that a goal is not met",
    "pathways.cpd_reopened": "opened a goal again",
    "pathways.cpd_dropped": "dropped a goal",
    "pathways.cpd_confirmed_met": "confirmed that a goal is met",
    "pathways.cpd_confirmed_not_met": "confirmed that a goal is not met",
    "pathways.cpd_handed_back": "opened a goal again, seeing it differently",
    "pathways.cpd_reviewed": "reviewed your CPD plan",
    "content.mistake_reported": "reported a mistake in a guide",
    "content.mistake_dealt_with": "dealt with the mistake that you reported",
    "content.mistake_opened_again": "looks again at the mistake that you reported",
    "pathways.offer_made": "offered to share what you know",
    "pathways.offer_changed": "changed what you share",
    "pathways.offer_paused": "paused what you share",
    "pathways.offer_resumed": "put what you share back on offer",
    "pathways.offer_withdrawn": "withdrew what you share",
    "pathways.offer_hidden": "hid what you share from colleagues",
    "pathways.offer_shown": "showed what you share again",
    "pathways.place_asked": "asked a colleague for a place",
    "pathways.place_given": "gave you a place in what they share",
    "pathways.place_declined": "had no place for you this time",
    "reminders.calendar_link_made": "made a link to your calendar",
    "reminders.calendar_link_renewed": "made a new link to your calendar",
    "reminders.calendar_link_ended": "switched the link to your calendar off",
    "induction.note_shared": "shared a note",
    "induction.review_written": "wrote in a review",
    "induction.review_signed": "signed a review",
    "induction.drop_proposed": "proposed to leave an item out",
    "induction.dropped": "left an item out",
    "induction.handed_back": "handed an item back",
    "induction.marked_ready": "marked an item as ready",
    "induction.signed_off": "signed an item off",
    "induction.disagreed": "recorded a disagreement",
    "induction.undone": "undid a decision",
    "induction.agreed": "agreed the plan",
    "induction.pause_planned": "planned a pause",
    "induction.pause_cancelled": "cancelled a planned pause",
    "induction.planned_pause_began": "began the planned pause",
    "induction.paused": "paused the plan",
    "induction.resumed": "resumed the plan",
    "induction.extended": "moved the end of the plan",
    "induction.moved": "moved the plan to a newer programme",
    "induction.completed": "completed the induction",
    "induction.stopped": "stopped the induction",
    "induction.plan_started": "made the induction plan",
    "induction.buddy_named": "named a buddy",
}
FIELDS = {
    "email": "address",
    "given_name": "given name",
    "family_name": "family name",
    "start_date": "start date",
    "leaving_date": "leaving date",
    "fte": "full-time equivalent",
    "manager": "line manager",
    "team": "team",
    "job_role": "job role",
    "registration": "registration",
    "state": "state",
    "account": "account",
}


def tell(entry: AuditEntry, *, reader: Person | None) -> dict[str, Any]:
    """One line of the trail."""
    did = VERBS.get(entry.verb) or entry.verb.partition(".")[2].replace("_", " ")
    fields = entry.facts.get("fields", {})
    words = "; ".join(
        f"{FIELDS.get(name, name)}: {old or 'nothing'} → {new or 'nothing'}" for name, (old, new) in fields.items()
    )
    for name in ("cover", "old", "new", "role"):
        if entry.facts.get(name):
            words += f"{'; ' if words else ''}{entry.facts[name]}"
    return {
        "who": entry.actor_name or "The portal",
        "did": did,
        "at": entry.at,
        "words": words,
        "is_mine": bool(reader and entry.actor_id == reader.pk),
    }
