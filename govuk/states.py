"""Every state a page can show: its word, its shape and its colour. Colour never speaks alone."""

from dataclasses import dataclass


@dataclass(frozen=True)
class State:
    """How one state looks and reads."""

    word: str
    shape: str
    kind: str  # neutral, overdue, soon, done, waiting or paused: the name of its colours


STATES: dict[str, State] = {
    # checkpoints
    "to_do": State("To do", "ring", "neutral"),
    "ready": State("Ready", "half", "waiting"),
    "signed_off": State("Signed off", "disc", "done"),
    "dropped": State("Dropped", "dash", "paused"),
    "overdue": State("Overdue", "triangle", "overdue"),
    "due_soon": State("Due soon", "quarter", "soon"),
    "waiting": State("Waiting", "diamond", "waiting"),
    "handed_back": State("Handed back", "arrow", "soon"),
    # plans
    "agreeing": State("Being agreed", "half", "waiting"),
    "active": State("Under way", "play", "done"),
    "paused": State("Paused", "bars", "paused"),
    "completed": State("Completed", "disc", "done"),
    "stopped": State("Stopped", "square", "paused"),
    # reviews
    "planned": State("Planned", "flag_open", "neutral"),
    "held": State("Held", "flag_half", "waiting"),
    "signed": State("Signed", "flag", "done"),
    # capabilities
    "capability_confident": State("Confident", "disc", "done"),
    "capability_developing": State("Developing", "half", "soon"),
    "capability_not_yet": State("Not yet", "ring", "neutral"),
    "capability_unmarked": State("Not marked", "dash", "paused"),
    # goals and actions of a CPD plan
    "cpd_open": State("Under way", "play", "neutral"),
    "cpd_said_met": State("Met, to be confirmed", "half", "waiting"),
    "cpd_said_not_met": State("Not met, to be confirmed", "half", "waiting"),
    "cpd_met": State("Met", "disc", "done"),
    "cpd_not_met": State("Not met", "square", "paused"),
    "cpd_dropped": State("Dropped", "dash", "paused"),
    "cpd_done": State("Done", "disc", "done"),
    # offers to share expertise, and requests for a place
    "offer_open": State("On offer", "play", "done"),
    "offer_paused": State("Paused", "bars", "paused"),
    "offer_hidden": State("Hidden", "lock", "paused"),
    "offer_withdrawn": State("Withdrawn", "square", "paused"),
    "offer_expired": State("Ended", "square", "paused"),
    "place_asked": State("Waits for an answer", "diamond", "waiting"),
    "place_given": State("Has a place", "disc", "done"),
    "place_declined": State("No place this time", "dash", "paused"),
    # qualification routes
    "route_planned": State("Planned", "quarter", "soon"),
    "route_open": State("Open", "play", "done"),
    "route_closed": State("Closed to new entrants", "bars", "paused"),
    "route_ended": State("Ended", "square", "paused"),
    # applications
    "application_draft": State("Draft", "ring", "neutral"),
    "application_with_manager": State("With the line manager", "half", "waiting"),
    "application_not_supported": State("Not supported", "square", "paused"),
    "application_with_learning": State("With Learning and Development", "half", "waiting"),
    "application_returned": State("More is asked for", "arrow", "soon"),
    "application_considered": State("Being considered", "half", "waiting"),
    "application_with_panel": State("With the panel", "diamond", "waiting"),
    "application_recommended": State("Recommended by the panel", "diamond", "waiting"),
    "application_reserve": State("On the reserve list", "bars", "soon"),
    "application_offered": State("Offered a place", "quarter", "soon"),
    "application_declined": State("Declined", "square", "paused"),
    "application_offer_declined": State("Offer not taken up", "square", "paused"),
    "application_lapsed": State("Offer lapsed", "square", "paused"),
    "application_withdrawn": State("Withdrawn", "square", "paused"),
    "application_accepted": State("Offer accepted", "play", "done"),
    "application_enrolled": State("Enrolled", "play", "done"),
    "application_on_break": State("On a break in learning", "bars", "paused"),
    "application_left": State("Left the route", "square", "paused"),
    "application_completed": State("Completed", "disc", "done"),
    "application_approved": State("Approved", "disc", "done"),
}

# The same shapes as text, for mail and titles.
GLYPHS: dict[str, str] = {
    "ring": "○",
    "half": "◐",
    "disc": "●",
    "dash": "–",
    "triangle": "▲",
    "quarter": "◔",
    "diamond": "◆",
    "arrow": "↩",
    "play": "▶",
    "bars": "‖",
    "square": "■",
    "flag_open": "⚐",
    "flag_half": "⚑",
    "flag": "⚑",
    "lock": "🔒",
}

# Drawn in a box of 16 by 16 in the colour of the text around it.
DRAWINGS: dict[str, str] = {
    "ring": '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2"/>',
    "half": (
        '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2"/>'
        '<path d="M8 2a6 6 0 0 0 0 12z" fill="currentColor"/>'
    ),
    "disc": '<circle cx="8" cy="8" r="7" fill="currentColor"/>',
    "dash": '<path d="M2 8h12" fill="none" stroke="currentColor" stroke-width="3"/>',
    "triangle": '<path d="M8 1.5 15.5 14.5H.5z" fill="currentColor"/>',
    "quarter": (
        '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2"/>'
        '<path d="M8 8V2a6 6 0 0 1 6 6z" fill="currentColor"/>'
    ),
    "diamond": '<path d="M8 1l7 7-7 7-7-7z" fill="currentColor"/>',
    "arrow": ('<path d="M6 3 2 7l4 4M2 7h8a4 4 0 0 1 0 7H7" fill="none" stroke="currentColor" stroke-width="2"/>'),
    "play": '<path d="M3 1.5 14 8 3 14.5z" fill="currentColor"/>',
    "bars": '<path d="M5 2v12M11 2v12" fill="none" stroke="currentColor" stroke-width="3"/>',
    "square": '<path d="M2 2h12v12H2z" fill="currentColor"/>',
    "flag_open": '<path d="M3 15V2h10l-3 3.5 3 3.5H3" fill="none" stroke="currentColor" stroke-width="2"/>',
    "flag_half": (
        '<path d="M3 15V2h10l-3 3.5 3 3.5H3" fill="none" stroke="currentColor" stroke-width="2"/>'
        '<path d="M3 2h5v7H3z" fill="currentColor"/>'
    ),
    "lock": (
        '<path d="M2.5 7h11v8h-11z" fill="currentColor"/>'
        '<path d="M5 7V4.5a3 3 0 0 1 6 0V7" fill="none" stroke="currentColor" stroke-width="2"/>'
    ),
    "flag": ('<path d="M3 15V2h10l-3 3.5 3 3.5H3z" fill="currentColor" stroke="currentColor" stroke-width="2"/>'),
}


def state_of(code: str) -> State:
    """The look of a state; a code nobody described reads as its own words, quietly."""
    return STATES.get(code) or State(code.replace("_", " ").capitalize(), "ring", "neutral")
