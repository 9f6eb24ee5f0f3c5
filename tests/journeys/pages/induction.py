"""The induction: plans, items, reviews, and the pages of those who look after several."""

from __future__ import annotations

from tests.journeys.pages.seen import (
    Seen,
    away,
    confirm_dates,
    item,
    meanwhile_mandatory,
    plan,
    review,
    send,
    some_gone,
    stale,
    write,
)
from tests.journeys.scene import Scene

DETAIL, HISTORY = "induction/plan_detail.html", "induction/plan_history.html"
PLANS = [
    Seen("induction:plan_mine", "induction/plan_mine.html", "colleague", state="no plan"),
    Seen("induction:plan_detail", DETAIL, "starter", args=plan("active")),
    Seen("induction:plan_detail", DETAIL, "manager", args=plan("active")),
    Seen(
        "induction:plan_detail",
        DETAIL,
        "starter",
        args=plan("active"),
        state="by section",
        query=lambda scene: "?section=know",
    ),
    Seen("induction:plan_detail", DETAIL, "mine", args=plan("mine"), state="to agree"),
    Seen("induction:plan_detail", DETAIL, "agreeing", args=plan("agreeing"), state="agreed by me"),
    *[Seen("induction:plan_detail", DETAIL, "manager", args=plan(key), state=key) for key in ("agreeing", "paused")],
    *[Seen("induction:plan_detail", DETAIL, "manager", args=plan(key), state=key) for key in ("completed", "stopped")],
    Seen("induction:plan_detail", "induction/plan_buddy_view.html", "buddy", args=plan("active")),
    Seen("induction:plan_record", "induction/plan_record.html", "starter", args=plan("active")),
    Seen("induction:plan_record", "induction/plan_record.html", "manager", args=plan("stopped"), state="stopped"),
    Seen("induction:plan_history", HISTORY, "manager", args=plan("active")),
    Seen("induction:plan_history", HISTORY, "mine", args=plan("mine"), state="empty"),
    Seen("induction:plan_notes", "induction/plan_notes.html", "starter", args=plan("active")),
    Seen("induction:plan_notes", "induction/plan_notes.html", "manager", args=plan("closing"), state="empty"),
    Seen(
        "induction:plan_notes",
        "induction/plan_notes.html",
        "starter",
        args=plan("active"),
        state="in error",
        act=send("Save the note"),
        in_error=True,
    ),
    Seen("induction:plan_notes", "people/kept_form.html", "starter", args=plan("active"), state="too late", act=away),
    Seen(
        "induction:note_share", "induction/note_share.html", "starter", args=lambda scene: {"pk": scene.notes["own"].pk}
    ),
    Seen(
        "induction:programme_detail",
        "induction/programme_detail.html",
        "colleague",
        args=lambda scene: {"code": scene.programme.code},
    ),
    Seen("induction:plan_buddy", "induction/plan_buddy.html", "manager", args=plan("active")),
    Seen("induction:plan_buddy_remove", "induction/plan_buddy_remove.html", "starter", args=plan("active")),
    Seen(
        "induction:plan_buddy",
        "induction/plan_buddy.html",
        "manager",
        args=plan("active"),
        state="in error",
        query=lambda scene: "?q=test",
        act=send("Save the buddy"),
        in_error=True,
    ),
    Seen("induction:plan_pause", "induction/plan_pause.html", "manager", args=plan("active")),
    Seen(
        "induction:plan_pause",
        "induction/plan_pause.html",
        "manager",
        args=plan("active"),
        state="in error",
        act=send(),
        in_error=True,
    ),
    Seen("induction:plan_pause", "induction/plan_pause.html", "manager", args=plan("agreeing"), state="planned"),
    Seen(
        "induction:plan_pause",
        "induction/plan_dates_confirm.html",
        "manager",
        args=plan("agreeing"),
        state="to confirm",
        act=send(),
    ),
    Seen("induction:plan_pause_cancel", "induction/plan_pause_cancel.html", "manager", args=plan("agreeing")),
    Seen("induction:plan_resume", "induction/plan_resume.html", "manager", args=plan("paused")),
    Seen(
        "induction:plan_resume",
        "induction/plan_resume.html",
        "manager",
        args=plan("paused"),
        state="in error",
        act=write({"first_day_back_day": "99"}, ""),
        in_error=True,
    ),
    Seen(
        "induction:plan_resume",
        "induction/plan_dates_confirm.html",
        "manager",
        args=plan("paused"),
        state="to confirm",
        act=send(),
    ),
    Seen("induction:plan_extend", "induction/plan_extend.html", "manager", args=plan("active")),
    Seen(
        "induction:plan_extend",
        "induction/plan_extend.html",
        "manager",
        args=plan("active"),
        state="in error",
        act=send(),
        in_error=True,
    ),
    Seen(
        "induction:plan_extend",
        "induction/plan_dates_confirm.html",
        "manager",
        args=plan("active"),
        state="to confirm",
        act=confirm_dates,
    ),
    Seen("induction:plan_move", "induction/plan_move.html", "manager", args=plan("active")),
]

ITEM, ACT = "induction/checkpoint_detail.html", "induction/checkpoint_act.html"
ITEMS = [
    Seen("induction:checkpoint_add", "induction/checkpoint_add.html", "starter", args=plan("active")),
    Seen(
        "induction:checkpoint_add",
        "induction/checkpoint_add.html",
        "starter",
        args=plan("active"),
        state="in error",
        act=send(),
        in_error=True,
    ),
    Seen("induction:checkpoint_change", "induction/checkpoint_change.html", "manager", args=item("ready")),
    Seen(
        "induction:checkpoint_change",
        "induction/checkpoint_change.html",
        "starter",
        args=item("to_do"),
        state="in error",
        act=write({"title": ""}, ""),
        in_error=True,
    ),
    *[Seen("induction:checkpoint_detail", ITEM, "starter", args=item(key), state=key) for key in ("to_do", "ready")],
    *[Seen("induction:checkpoint_detail", ITEM, "starter", args=item(key), state=key) for key in ("signed", "dropped")],
    *[
        Seen("induction:checkpoint_detail", ITEM, "starter", args=item(key), state=key)
        for key in ("handed_back", "of_manager_done", "proposed")
    ],
    *[
        Seen("induction:checkpoint_detail", ITEM, "manager", args=item(key), state=key)
        for key in ("ready", "both", "of_manager", "proposed", "to_do")
    ],
    Seen(
        "induction:checkpoint_detail",
        ITEM,
        "starter",
        args=item("to_do"),
        state="not ready, in error",
        act=send("Mark as ready"),
        in_error=True,
    ),
    Seen(
        "induction:checkpoint_detail",
        ITEM,
        "manager",
        args=item("ready"),
        state="handed back, in error",
        act=send("Hand back"),
        in_error=True,
    ),
    Seen("induction:checkpoint_detail", "409.html", "manager", args=item("ready"), state="moved on", act=stale),
    Seen(
        "induction:checkpoint_change",
        "bexley_ld/not_allowed.html",
        "starter",
        args=item("to_do"),
        state="mandatory meanwhile",
        act=meanwhile_mandatory,
    ),
    Seen("induction:checkpoint_undo", ACT, "manager", args=item("signed")),
    Seen("induction:checkpoint_undo", ACT, "manager", args=item("signed"), state="in error", act=send(), in_error=True),
    Seen("induction:checkpoint_propose_drop", ACT, "starter", args=item("to_do")),
    Seen("induction:checkpoint_drop", ACT, "manager", args=item("mandatory")),
    Seen("induction:checkpoint_disagree", ACT, "starter", args=item("ready")),
    Seen("induction:checkpoint_answer_drop", "induction/checkpoint_answer_drop.html", "manager", args=item("proposed")),
    Seen(
        "induction:checkpoint_answer_drop",
        "induction/checkpoint_answer_drop.html",
        "manager",
        args=item("proposed"),
        state="in error",
        act=send(),
        in_error=True,
    ),
]

REVIEW = "induction/review_detail.html"
REVIEWS = [
    Seen("induction:review_detail", REVIEW, "starter", args=review("signed"), state="signed"),
    Seen("induction:review_detail", REVIEW, "starter", args=review("held"), state="to sign"),
    Seen("induction:review_detail", REVIEW, "manager", args=review("held"), state="waiting"),
    Seen("induction:review_detail", REVIEW, "manager", args=review("final"), state="not yet"),
    Seen("induction:review_detail", REVIEW, "manager", args=review("closing"), state="final"),
    Seen(
        "induction:review_detail",
        REVIEW,
        "manager",
        args=review("closing"),
        state="final, in error",
        act=write({"held_date_day": "99"}, "Save", tick="main [name=outcome][value=extend]"),
        in_error=True,
    ),
    Seen("induction:review_detail", REVIEW, "manager", args=review("completed"), state="completed"),
    Seen("induction:review_detail", REVIEW, "manager", args=review("paused"), state="paused"),
]


def _chosen(scene: Scene) -> str:
    items = [scene.items[key] for key in ("ready", "ready_too")]
    return "?" + "&".join(f"item={one.pk}:{one.version}" for one in items)


SIGN_OFF = "induction/checkpoints_sign_off.html"
TEAM = [
    Seen("team", "bexley_ld/team.html", "manager"),
    Seen("team", "bexley_ld/team.html", "cover"),
    Seen("team", "bexley_ld/team.html", "higher", state="whole line", query=lambda scene: "?whose=line"),
    Seen("team", "bexley_ld/team.html", "higher", state="empty"),
    Seen("induction:checkpoints_sign_off", SIGN_OFF, "manager", query=_chosen),
    Seen("induction:checkpoints_sign_off", SIGN_OFF, "manager", state="nothing selected"),
    Seen(
        "induction:checkpoints_sign_off",
        "induction/checkpoints_signed.html",
        "manager",
        state="some not signed",
        query=lambda scene: f"?item={scene.items['ready'].pk}:{scene.items['ready'].version}",
        act=some_gone,
    ),
    Seen("induction:overview", "induction/overview.html", "learning"),
    Seen("induction:overview", "induction/overview.html", "head"),
]
