"""The messages of the career pathways, and what makes each of them leave."""

from pathways.emails.applications import KINDS as _OF_APPLICATIONS
from pathways.emails.applications import application_moved, intake_open
from pathways.emails.assessment import KINDS as _OF_ASSESSMENTS
from pathways.emails.assessment import assessment_shared, assessment_viewed
from pathways.emails.cpd_plan import KINDS as _OF_CPD_PLANS
from pathways.emails.cpd_plan import cpd_reviewed, cpd_shared
from pathways.emails.expertise import KINDS as _OF_EXPERTISE
from pathways.emails.expertise import offer_hidden, offer_shown, offer_withdrawn, place_answered, place_asked

KINDS = (*_OF_EXPERTISE, *_OF_CPD_PLANS, *_OF_ASSESSMENTS, *_OF_APPLICATIONS)

__all__ = [
    "KINDS",
    "application_moved",
    "assessment_shared",
    "assessment_viewed",
    "cpd_reviewed",
    "cpd_shared",
    "intake_open",
    "offer_hidden",
    "offer_shown",
    "offer_withdrawn",
    "place_answered",
    "place_asked",
]
