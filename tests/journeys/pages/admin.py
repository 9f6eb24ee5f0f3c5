"""Django's admin, as Learning and Development works in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Model
from playwright.sync_api import Page

from notifications.models import MessageSetting, SendingLimits
from pathways.models import CareerStep
from reminders.models import Ladder
from tests.journeys.pages.seen import Act, Seen, edition, of_admin, programme
from tests.journeys.scene import Scene


def _admin_send(selector: str = "#content input[type=submit]") -> Act:
    def act(page: Page, scene: Scene) -> None:
        page.evaluate("document.querySelectorAll('form').forEach(form => { form.noValidate = true; })")
        with page.expect_navigation():
            page.locator(selector).first.click()

    return act


def _first(model: type[Model]) -> Callable[[Scene], dict[str, Any]]:
    return lambda scene: {"object_id": model._default_manager.order_by("pk").first().pk}


def without_title(page: Page, scene: Scene) -> None:
    page.locator("[name=title]").fill("")
    _admin_send("[name=_save]")(page, scene)


P, V, C = (
    "admin:induction_inductionprogramme",
    "admin:induction_programmeversion",
    "admin:induction_programmecheckpoint",
)
FORM, LIST = "admin/change_form.html", "admin/change_list.html"
ADMIN = [
    Seen("admin:login", "account/login.html"),
    Seen("admin:index", "admin/index.html", "learning"),
    Seen(f"{P}_changelist", "admin/induction/inductionprogramme/change_list.html", "learning"),
    Seen(f"{P}_add", "admin/induction/inductionprogramme/change_form.html", "learning"),
    Seen(f"{P}_change", "admin/induction/inductionprogramme/change_form.html", "learning", args=of_admin("programme")),
    Seen(f"{P}_import", "admin/induction/import.html", "learning"),
    Seen(f"{P}_import", "admin/induction/import.html", "learning", state="in error", act=_admin_send()),
    Seen(f"{P}_draft", "admin/induction/draft.html", "learning", args=programme),
    Seen(f"{V}_changelist", LIST, "learning"),
    Seen(f"{V}_change", "admin/induction/programmeversion/change_form.html", "learning", args=of_admin("draft")),
    Seen(
        f"{V}_change",
        "admin/induction/programmeversion/change_form.html",
        "learning",
        args=of_admin("version"),
        state="published",
    ),
    Seen(f"{V}_preview", "admin/induction/preview.html", "learning", args=edition("draft")),
    Seen(f"{V}_compare", "admin/induction/compare.html", "learning", args=edition("draft")),
    Seen(f"{V}_publish", "admin/induction/publish.html", "learning", args=edition("draft")),
    Seen(f"{V}_copy", "admin/induction/copy.html", "learning", args=edition("version")),
    Seen(
        f"{C}_change",
        "admin/induction/programmecheckpoint/change_form.html",
        "learning",
        args=lambda scene: {"object_id": scene.draft.checkpoints.order_by("pk")[0].pk},
    ),
    Seen(
        f"{C}_change",
        "admin/induction/programmecheckpoint/change_form.html",
        "learning",
        args=lambda scene: {"object_id": scene.draft.checkpoints.order_by("pk")[0].pk},
        state="in error",
        act=without_title,
    ),
    Seen("admin:induction_inductionplan_changelist", LIST, "learning"),
    Seen(
        "admin:induction_inductionplan_change",
        FORM,
        "learning",
        args=lambda scene: {"object_id": scene.plans["active"].pk},
    ),
    Seen("admin:people_person_changelist", "admin/people/person/change_list.html", "learning"),
    Seen(
        "admin:people_person_change",
        "admin/people/person/change_form.html",
        "learning",
        args=lambda scene: {"object_id": scene.people["starter"].pk},
    ),
    Seen("admin:people_importrun_changelist", LIST, "learning"),
    Seen("admin:people_importrun_upload", "admin/people/importrun/upload.html", "learning"),
    Seen(
        "admin:people_importrun_upload",
        "admin/people/importrun/upload.html",
        "learning",
        state="in error",
        act=_admin_send(),
    ),
    Seen("admin:people_team_changelist", LIST, "learning"),
    Seen("admin:people_rolegrant_add", FORM, "learning"),
    Seen("admin:reminders_ladder_changelist", LIST, "learning"),
    Seen("admin:reminders_ladder_history", "admin/object_history.html", "learning", args=_first(Ladder)),
    Seen("admin:notifications_sendinglimits_change", "admin/single_row.html", "learning", args=_first(SendingLimits)),
    Seen("admin:pathways_careerstep_change", "admin/pathways/change_form.html", "learning", args=_first(CareerStep)),
    Seen(
        "admin:pathways_careerstep_history", "simple_history/object_history.html", "learning", args=_first(CareerStep)
    ),
    Seen("admin:reminders_sweeprun_preview", "admin/reminders/preview.html", "learning"),
    Seen(
        "admin:notifications_messagesetting_change",
        "admin/notifications/messagesetting/change_form.html",
        "learning",
        args=lambda scene: {"object_id": MessageSetting.objects.get(kind="induction.plan_agreed").pk},
    ),
]
