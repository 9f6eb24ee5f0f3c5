"""Messages about applications: that something has moved, never what for and never what was decided."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse

from notifications.kinds import MessageKind
from pathways.emails.sending import LOG_TITLE, send
from pathways.models import Application, ApplicationDecision, ApplicationState, Interest
from pathways.reading import has_application, has_interest
from people.line import Line
from people.models import Person
from people.reading import has_team

KINDS = (
    MessageKind(
        code="pathways.application_to_support",
        log_title=LOG_TITLE,
        title="An application waits for your view",
        trigger="someone whom you manage sends you an application",
        must_send="Someone waits for your answer.",
        concerns=(has_team,),
    ),
    MessageKind(
        code="pathways.application_moved",
        log_title=LOG_TITLE,
        title="Your application has moved",
        trigger="something is decided about an application of yours",
        must_send="You applied, and there is an answer or something to do.",
        concerns=(has_application,),
    ),
    MessageKind(
        code="pathways.application_of_report",
        log_title=LOG_TITLE,
        title="An application that you have seen has moved",
        trigger="an application of someone whom you manage is decided, taken up or ended",
        concerns=(has_team,),
    ),
    MessageKind(
        code="pathways.intake_open",
        log_title=LOG_TITLE,
        title="You can apply for what you are interested in",
        trigger="an intake opens for a route that you said you are interested in",
        concerns=(has_interest,),
    ),
)
State = ApplicationState

# What a manager hears of: it touches the rota of their team, or ends what they gave their view on.
_TO_THE_MANAGER = {
    *(State.DECLINED, State.ACCEPTED, State.OFFER_DECLINED, State.LAPSED, State.WITHDRAWN, State.ENROLLED),
    *(State.ON_BREAK, State.LEFT, State.COMPLETED, State.APPROVED),
}


def application_moved(application: Application, *, decision: ApplicationDecision, line: Line, now: dt.datetime) -> None:
    """Whoever has it now is asked, the applicant is told, the manager hears of what touches the team."""
    by = decision.by
    if application.state == State.WITH_MANAGER:
        for manager in line.acting:
            _send("application_to_support", manager, application, decision, now)
    if by != application.person:
        _send("application_moved", application.person, application, decision, now)
    if application.state in _TO_THE_MANAGER:
        for manager in line.acting:
            if manager != by:
                _send("application_of_report", manager, application, decision, now)


_WHY = {
    "application_to_support": "You manage, or cover for the manager of, whoever applies.",
    "application_moved": "You have an application here.",
    "application_of_report": "You manage, or cover for the manager of, whoever applied.",
}


def _send(
    message: str, recipient: Person, application: Application, decision: ApplicationDecision, now: dt.datetime
) -> None:
    """The decision is the key: a repeat is the same mail."""
    send(
        message,
        recipient,
        key=str(decision.pk),
        why=_WHY[message],
        path=application.get_absolute_url(),
        now=now,
        application=application,
        is_asked=application.state in {State.OFFERED, State.RETURNED},
    )


def intake_open(interest: Interest, *, intake_id: int, now: dt.datetime) -> None:
    """Once an intake and person, however often it is looked for."""
    send(
        "intake_open",
        interest.person,
        key=str(intake_id),
        why="You said that you are interested in a qualification route.",
        path=reverse("pathways:applications"),
        now=now,
    )
