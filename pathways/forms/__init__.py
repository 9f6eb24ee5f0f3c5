"""What people type and choose on the pages of the career pathways."""

from pathways.forms.assessment import MarksForm
from pathways.forms.expertise import HideForm, OfferFilter, OfferForm, PlaceForm
from pathways.forms.narrowing import DIRECTORATES, MapFilter, PlannerForm, RouteFilter

__all__ = [
    "DIRECTORATES",
    "HideForm",
    "MapFilter",
    "MarksForm",
    "OfferFilter",
    "OfferForm",
    "PlaceForm",
    "PlannerForm",
    "RouteFilter",
]
