"""What people type and choose on the pages of the career pathways."""

from pathways.forms.application import ActForm, BatchForm, DraftForm, FileForm, MilestoneForm, form_of_act
from pathways.forms.assessment import MarksForm
from pathways.forms.expertise import HideForm, OfferFilter, OfferForm, PlaceForm
from pathways.forms.narrowing import DIRECTORATES, MapFilter, PlannerForm, RouteFilter

__all__ = [
    "ActForm",
    "BatchForm",
    "DIRECTORATES",
    "DraftForm",
    "FileForm",
    "HideForm",
    "MapFilter",
    "MarksForm",
    "MilestoneForm",
    "OfferFilter",
    "OfferForm",
    "PlaceForm",
    "PlannerForm",
    "RouteFilter",
    "form_of_act",
]
