"""The messages of the career pathways, and what makes each of them leave."""

from pathways.emails.expertise import KINDS as _OF_EXPERTISE
from pathways.emails.expertise import offer_hidden, offer_shown, place_answered, place_asked

KINDS = (*_OF_EXPERTISE,)

__all__ = ["KINDS", "offer_hidden", "offer_shown", "place_answered", "place_asked"]
