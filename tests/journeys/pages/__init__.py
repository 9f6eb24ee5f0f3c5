"""Every distinct page, as template and state."""

from tests.journeys.pages.admin import ADMIN
from tests.journeys.pages.applications import APPLICATIONS
from tests.journeys.pages.cpd_plan import CPD_PLANS
from tests.journeys.pages.expertise import EXPERTISE
from tests.journeys.pages.guides import GUIDES
from tests.journeys.pages.induction import ITEMS, PLANS, REVIEWS, TEAM
from tests.journeys.pages.pathways import PATHWAYS
from tests.journeys.pages.portal import ENTRANCE, EVERYONE
from tests.journeys.pages.seen import Seen

SEEN = [*ENTRANCE, *EVERYONE, *PLANS, *ITEMS, *REVIEWS, *TEAM, *PATHWAYS, *EXPERTISE, *CPD_PLANS, *APPLICATIONS]
SEEN += [*GUIDES, *ADMIN]

__all__ = ["SEEN", "Seen"]
