"""The addresses of shared expertise for the permission guard."""

from __future__ import annotations

import uuid
from typing import Any

from pathways.models import ExpertiseOffer
from tests.permissions import STAFF, Route, both
from tests.personas import TODAY, Scene


def _offer(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.offer.pk}


def _version(scene: Scene) -> dict[str, Any]:
    return {"version": scene.offer.version}


def _new_offer(scene: Scene) -> dict[str, Any]:
    return {
        "kind": "talk",
        "title": "A talk",
        "what": "Said in a test",
        "when_words": "Tuesdays",
        "how_to_reach": "Online",
        "places": "3",
        "until_date_day": TODAY.day,
        "until_date_month": TODAY.month,
        "until_date_year": TODAY.year,
        "version": scene.offer.version,
        "form_key": uuid.uuid4(),
    }


def _state(state: str, **columns: str) -> Any:
    return lambda scene: ExpertiseOffer.objects.filter(pk=scene.offer.pk).update(state=state, **columns)


def _not_for(*readers: str) -> dict[tuple[str, str], int]:
    """What is not on offer is not there for anyone but these."""
    return both(404, *[name for name in STAFF if name not in readers], methods=("POST",))


SHARED_EXPERTISE = [
    Route("pathways:expertise", "offer", get="r", but={("GET", "superuser"): 200}),
    Route("pathways:offer_add", "offer", get="r", post="w", data=_new_offer),
    Route(
        "pathways:offer_detail",
        "offer",
        get="r",
        post="w",
        args=_offer,
        data=lambda _: {"message": "Said in a test"},
        # One's own, and what one has asked for already.
        but={("POST", "person"): 403, ("POST", "colleague"): 409},
    ),
    Route("pathways:offer_change", "offer_own", get="w", post="w", args=_offer, data=_new_offer),
    Route("pathways:offer_pause", "offer_own", post="w", args=_offer, data=_version),
    Route(
        "pathways:offer_resume",
        "offer_own",
        post="w",
        args=_offer,
        data=_version,
        before=_state("paused"),
        but=_not_for("person", "colleague", "ld_admin"),
    ),
    Route("pathways:offer_withdraw", "offer_own", post="w", args=_offer, data=_version),
    Route(
        "pathways:offer_hide",
        "offer_hidden",
        get="s",
        post="s",
        args=_offer,
        data=lambda scene: {**_version(scene), "reason": "Said in a test"},
    ),
    Route(
        "pathways:offer_show",
        "offer_hidden",
        post="s",
        args=_offer,
        data=_version,
        before=_state("hidden", hidden_reason="Said in a test", hidden_from="open"),
        but=_not_for("person", "ld_admin"),
    ),
    Route(
        "pathways:place_answer",
        "place",
        post="w",
        args=lambda scene: {"pk": scene.place.pk},
        data=lambda _: {"answer": "given"},
    ),
]
