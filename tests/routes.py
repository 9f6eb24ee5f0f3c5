"""Every address of the portal for the permission guard: what it is about and which right it asks for."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.urls import NoReverseMatch, reverse

from induction import services
from induction.models import InductionPlan
from tests.link_routes import BY_LINK, BY_LINK_ROUTES
from tests.permissions import OUTSIDE, SIGNED_IN, STAFF, Route, both
from tests.personas import MARKS, NOW, TODAY, Scene
from tests.routes_of_applications import APPLICATIONS
from tests.routes_of_cpd_plan import CPD_PLANS
from tests.routes_of_expertise import SHARED_EXPERTISE
from tests.routes_of_guides import GUIDES
from tests.routes_of_pathways import PATHWAYS
from tests.routes_of_reminders import REMINDERS, SECRET_LINKS

PAIR = {"person", "manager", "cover"}


def _plan(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.plan.pk}


def _person(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.people["person"].pk}


def _item(key: str) -> Any:
    return lambda scene: {"pk": scene.items[key].pk}


def _note(key: str) -> Any:
    return lambda scene: {"pk": scene.notes[key].pk}


def _review(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.review.pk}


def _reason(key: str) -> Any:
    return lambda scene: {
        "version": scene.items[key].version,
        "form_key": uuid.uuid4(),
        "reason": "Said in a test",
        "confirm": "1",
    }


def _act(act: str, key: str) -> Any:
    return lambda scene: {
        "act": act,
        "version": scene.items[key].version,
        "form_key": uuid.uuid4(),
        "note" if act == "mark_ready" else "comment": "Said in a test",
    }


def _date(name: str, day: Any) -> dict[str, Any]:
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def _colleague(scene: Scene) -> dict[str, Any]:
    chosen = scene.people["colleague"]
    return {"q": chosen.given_name, "buddy": chosen.pk}


def _pause(scene: Scene) -> None:
    _pause_from(scene, TODAY)


def _plan_pause(scene: Scene) -> None:
    _pause_from(scene, TODAY + dt.timedelta(days=7))


def _pause_from(scene: Scene, first_day: dt.date) -> None:
    services.pause_plan(
        plan_id=scene.plan.pk,
        by=scene.people["manager"],
        start_date=first_day,
        expected_end_date=None,
        reason=MARKS["reason"],
        form_key=uuid.uuid4(),
        today=TODAY,
        now=NOW,
    )


def _unagree(scene: Scene) -> None:
    InductionPlan.objects.filter(pk=scene.plan.pk).update(
        state=InductionPlan.State.AGREEING,
        revision=scene.plan.revision + 1,
        person_agreed_revision=None,
        manager_agreed_revision=None,
        agreed_date=None,
    )


def _new_item(scene: Scene) -> dict[str, Any]:
    data = {"title": "Visit a team", "section": "do", "method": "shadowing", "owner": "person"}
    return {**data, "version": scene.items["to_do"].version, **_date("due_date", TODAY)}


def _many(key: str) -> Any:
    return lambda scene: {"item": f"{scene.items[key].pk}:{scene.items[key].version}", "form_key": uuid.uuid4()}


OPEN = {"accessibility", "privacy", "health_live", "health_ready"}
"""Pages that everyone may read; sign-in and its kin stand in SIGN_IN."""

HOME = [
    Route("home", "home", get="r"),
    Route("team", "team", get="r", unseen=403),
    Route("team_csv", "team", get="r", unseen=403),
]

INDUCTION = [
    Route("induction:plan_mine", "home", get="r", but={("GET", "person"): 302}),
    Route("induction:plan_detail", "plan", get="r", args=_plan, but={("GET", "buddy"): 200}),
    Route("induction:plan_record", "plan", get="r", args=_plan),
    Route("induction:plan_history", "history", get="r", args=_plan),
    Route("induction:plan_notes", "plan", get="r", post="w", args=_plan, data=lambda _: {"text": "A thought"}),
    Route(
        "induction:plan_agree",
        "decision",
        get="r",
        post="s",
        got=302,
        args=_plan,
        data=lambda scene: {"revision": scene.plan.revision + 1},
        before=_unagree,
    ),
    Route("induction:plan_buddy", "plan", get="r", post="w", args=_plan, data=_colleague),
    Route("induction:plan_buddy_remove", "plan", get="r", post="w", args=_plan),
    Route(
        "induction:plan_pause",
        "dates",
        get="s",
        post="s",
        args=_plan,
        data=lambda _: {**_date("start_date", TODAY), "reason": "Absence", "form_key": uuid.uuid4()},
    ),
    Route(
        "induction:plan_pause_cancel",
        "dates",
        get="s",
        post="s",
        args=_plan,
        data=lambda _: {"form_key": uuid.uuid4()},
        before=_plan_pause,
    ),
    Route(
        "induction:plan_resume",
        "dates",
        get="s",
        post="s",
        args=_plan,
        data=lambda _: {**_date("first_day_back", TODAY), "confirm": "1", "form_key": uuid.uuid4()},
        before=_pause,
    ),
    Route(
        "induction:plan_extend",
        "dates",
        get="s",
        post="s",
        args=_plan,
        data=lambda scene: {
            **_date("to_date", scene.plan.end_date.replace(year=scene.plan.end_date.year + 1, day=1)),
            "kind": "other",
            "reason": "More time",
            "confirm": "1",
            "form_key": uuid.uuid4(),
        },
    ),
    Route(
        "induction:plan_move",
        "dates",
        get="s",
        post="s",
        args=_plan,
        data=lambda scene: {"version_id": scene.newer.pk, "form_key": uuid.uuid4()},
    ),
    Route("induction:checkpoint_add", "plan", get="r", post="w", args=_plan, data=_new_item),
    Route("induction:note_share", "note_of_person", get="r", post="w", args=_note("note_of_person")),
    Route("induction:note_share", "note_of_manager", get="r", post="w", args=_note("note_of_manager"), case="other"),
    Route(
        "induction:checkpoints_sign_off",
        "decision",
        get="r",
        post="s",
        data=_many("ready"),
        # Whoever is not on the manager's side meets an empty page, and what they send signs nothing.
        but={
            **both(200, *[name for name in STAFF if name not in PAIR], methods=("GET",)),
            **both(302, *[name for name in STAFF if name not in PAIR], methods=("POST",)),
            ("POST", "person"): 200,
        },
    ),
    Route("induction:checkpoint_detail", "plan", get="r", post="w", args=_item("to_do"), case="nothing chosen"),
    Route(
        "induction:checkpoint_detail",
        "decision",
        get="r",
        post="s",
        args=_item("to_do"),
        data=_act("mark_ready", "to_do"),
        case="mark ready",
        but=both(403, "manager", "cover", methods=("POST",)),
    ),
    Route(
        "induction:checkpoint_detail",
        "decision",
        get="r",
        post="s",
        args=_item("ready"),
        data=_act("sign_off", "ready"),
        case="sign off",
        but=both(403, "person", methods=("POST",)),
    ),
    Route(
        "induction:checkpoint_detail",
        "decision",
        get="r",
        post="s",
        args=_item("ready"),
        data=_act("hand_back", "ready"),
        case="hand back",
        but=both(403, "person", methods=("POST",)),
    ),
    Route(
        "induction:checkpoint_detail",
        "decision",
        get="r",
        post="s",
        posted=409,
        args=_item("signed"),
        data=_act("sign_off", "signed"),
        case="already signed off",
    ),
    Route(
        "induction:checkpoint_detail",
        "decision",
        get="r",
        post="s",
        args=_item("of_manager"),
        data=_act("mark_ready", "of_manager"),
        case="the manager's own item",
        but=both(403, "person", methods=("POST",)),
    ),
    Route("induction:checkpoint_change", "plan", get="r", post="w", args=_item("to_do"), data=_new_item),
    Route(
        "induction:checkpoint_undo",
        "decision",
        get="s",
        post="s",
        args=_item("signed"),
        data=_reason("signed"),
        but=both(403, "person"),
    ),
    Route(
        "induction:checkpoint_propose_drop",
        "plan",
        get="r",
        post="w",
        args=_item("to_do"),
        data=_reason("to_do"),
    ),
    Route(
        "induction:checkpoint_drop", "mandatory", get="s", post="s", args=_item("mandatory"), data=_reason("mandatory")
    ),
    Route("induction:checkpoint_disagree", "plan", get="r", post="w", args=_item("to_do"), data=_reason("to_do")),
    Route(
        "induction:checkpoint_answer_drop",
        "plan",
        get="r",
        post="w",
        args=_item("proposed"),
        data=lambda scene: {"answer": "accept", "version": scene.items["proposed"].version, "form_key": uuid.uuid4()},
        but=both(403, "manager", "cover"),
    ),
    Route("induction:overview", "overview", get="ra", unseen=403),
    Route("induction:overview_csv", "overview", get="r", unseen=403),
    Route(
        "induction:review_detail",
        "plan",
        get="r",
        post="w",
        args=_review,
        data=lambda scene: {**_date("held_date", TODAY), "comment": "Said", "version": scene.review.version},
    ),
    Route(
        "induction:review_sign",
        "decision",
        get="r",
        post="s",
        got=302,
        args=_review,
        data=lambda scene: {"version": scene.review.version, "form_key": uuid.uuid4()},
    ),
]

STATEMENTS = [
    Route(
        name,
        "home",
        get="r",
        but={**both(200, *OUTSIDE, methods=("GET",)), **both(405, *OUTSIDE, methods=("POST",))},
    )
    for name in sorted(OPEN)
]

PEOPLE = [
    Route("people:me", "own", get="r"),
    Route("people:me_history", "own", get="r", but={("GET", "superuser"): 404}),
    Route("people:cover_add", "own_cover", get="r", post="w", posted=200, unseen=403, but=both(404, "superuser")),
    Route(
        "people:cover_add_for",
        "cover",
        get="r",
        post="w",
        posted=200,
        args=lambda scene: {"pk": scene.people["manager"].pk},
        but=both(404, "cover"),
    ),
    Route("people:cover_end", "cover", post="w", args=lambda scene: {"pk": scene.cover.pk}),
    Route("people:sessions_end", "own", post="r"),
    Route("people:session_end", "own", post="r", args=lambda _: {"key": "0123456789abcdef"}),
    Route("people:person_search", "contact", get="r", but={("GET", "superuser"): 200}),
    Route("people:person_detail", "contact", get="r", args=_person),
    Route("people:manager_change", "line", get="r", post="w", posted=200, args=_person),
    Route("notifications:mail_list", "home", get="r"),
    Route("notifications:preferences", "own", get="r", post="w", posted=200, but=both(404, "superuser")),
    Route("notifications:links_revoke", "own", post="w", but={("POST", "superuser"): 404}),
    *BY_LINK_ROUTES,
    Route("notifications:mail_detail", "mail_of_person", get="r", args=lambda scene: {"mail_id": scene.mail.pk}),
]

ELSEWHERE = [Route("govuk:gallery", "gallery", get="r")]
ROUTES = [*HOME, *INDUCTION, *PEOPLE, *PATHWAYS, *CPD_PLANS, *SHARED_EXPERTISE, *APPLICATIONS, *GUIDES]
ROUTES += [*REMINDERS, *STATEMENTS, *ELSEWHERE]

# Sign-in and what belongs to it is allauth's: who may open it without a sign-in, and who may not.
SIGN_IN_OPEN = {
    "account_login",
    "account_logout",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",
    "admin:login",
}
SIGN_IN_CLOSED = {
    "account_reauthenticate",
    "account_change_password",
    "account_set_password",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "kept_form",
}


def url_of(route: Route, scene: Scene) -> str:
    return reverse(route.name, kwargs=route.args(scene))


def missing_url_of(route: Route, scene: Scene) -> str:
    """The same address with a number that nothing has."""
    nothing = {"mail_id": uuid.UUID(int=7), "key": "fedcba9876543210", "token": "nothing-like-a-token"}
    return reverse(route.name, kwargs={name: nothing.get(name, 987654321) for name in route.args(scene)})


__all__ = [
    "BY_LINK",
    "OPEN",
    "ROUTES",
    "SECRET_LINKS",
    "SIGNED_IN",
    "SIGN_IN_CLOSED",
    "SIGN_IN_OPEN",
    "NoReverseMatch",
    "Route",
    "missing_url_of",
    "reverse",
    "url_of",
]
