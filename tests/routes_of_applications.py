"""The addresses of interests, applications and their desk for the permission guard."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from pathways.models import Application
from tests.permissions import STAFF, Route, both
from tests.personas import TODAY, Scene


def _sent(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.application.pk}


def _draft(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.draft.pk}


def _intake(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.application.intake_id}


def _interest(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.interest.pk}


def _part(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.part.pk}


def _act(name: str) -> Any:
    return lambda scene: {"pk": scene.application.pk, "act": name}


def _file(_: Scene) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("note.txt", b"Written in a test")}


def _sent_file(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.application.pk, "file": scene.application.files.earliest("pk").pk}


def _draft_file(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.draft.pk, "file": scene.draft.files.earliest("pk").pk}


def _form(scene: Scene) -> dict[str, Any]:
    return {"version": scene.application.version, "form_key": uuid.uuid4(), "words": "Said in a test"}


def _state(state: str, **columns: object) -> Any:
    return lambda scene: Application.objects.filter(pk=scene.application.pk).update(state=state, **columns)


_ENROLLED = _state("enrolled", place=1, enrolled_date=TODAY)

APPLICATIONS = [
    Route("pathways:applications", "applications", get="r"),
    Route("pathways:interest_express", "applications", post="w", args=lambda scene: {"pk": scene.route.pk}),
    Route("pathways:intake_apply", "applications", post="w", args=_intake),
    Route(
        "pathways:interest_withdraw",
        "application_desk",
        post="w",
        args=_interest,
        but={("POST", "person"): 302, ("POST", "ld_admin"): 403},
    ),
    Route(
        "pathways:step_apply",
        "applications",
        post="w",
        args=lambda scene: {"pk": scene.step.pk},
        # Nobody here has the role in which the step begins.
        but=both(403, *STAFF, methods=("POST",)),
    ),
    Route("pathways:application_detail", "application", get="r", args=_sent),
    Route("pathways:application_detail", "application_draft", get="r", args=_draft, case="draft"),
    Route(
        "pathways:application_write",
        "application_draft",
        get="w",
        post="w",
        args=_draft,
        data=lambda scene: {"statement": "Said in a test", "version": scene.draft.version},
    ),
    Route(
        "pathways:application_write",
        "application",
        get="w",
        post="w",
        args=_sent,
        got=409,
        posted=409,
        case="sent",
    ),
    Route("pathways:application_files", "application_draft", get="w", post="w", args=_draft, data=_file),
    Route("pathways:application_files", "application", get="w", post="w", args=_sent, got=409, posted=409, case="sent"),
    Route("pathways:application_file", "application", get="r", args=_sent_file),
    Route("pathways:application_file", "application_draft", get="r", args=_draft_file, case="draft"),
    Route("pathways:application_file_take_off", "application_draft", post="w", args=_draft_file),
    Route("pathways:application_discard", "application_draft", post="w", args=_draft),
    Route(
        "pathways:application_act",
        "application",
        get="s",
        post="s",
        args=_act("support"),
        data=_form,
        case="support",
        but=both(403, "ld_admin"),
    ),
    Route(
        "pathways:application_act",
        "application",
        get="s",
        post="s",
        args=_act("consider"),
        data=_form,
        before=_state("with_learning"),
        case="consider",
        but=both(403, "manager", "cover"),
    ),
    Route(
        "pathways:application_act", "application", get="w", post="w", args=_act("withdraw"), data=_form, case="withdraw"
    ),
    Route(
        "pathways:milestones",
        "application",
        get="w",
        post="w",
        args=_sent,
        data=lambda _: {"kind": "module", "title": "Law"},
        before=_ENROLLED,
        but={("GET", "ld_admin"): 200, ("POST", "ld_admin"): 302},
    ),
    Route(
        "pathways:milestone_mark",
        "application",
        post="w",
        args=_part,
        data=lambda _: {"done": "1"},
        before=_ENROLLED,
        but={("POST", "ld_admin"): 302},
    ),
    *(
        Route(f"pathways:{name}", "application_desk", get="r", unseen=403, but={("GET", "superuser"): 404})
        for name in ("desk", "progressions")
    ),
    Route(
        "pathways:intake_detail",
        "application_desk",
        get="r",
        args=_intake,
        unseen=403,
        but={("GET", "superuser"): 404},
    ),
    Route(
        "pathways:intake_decide",
        "application_desk",
        post="s",
        args=_intake,
        unseen=403,
        but={("POST", "superuser"): 404},
    ),
]
