"""The portal's pages, and those of the test-only app."""

from django.urls import path

from bexley_ld.urls import handler400, handler403, handler404, handler500
from bexley_ld.urls import urlpatterns as portal
from tests.reminders.chores.urls import chore_detail

__all__ = ["handler400", "handler403", "handler404", "handler500"]
urlpatterns = [*portal, path("chores/<int:pk>/", chore_detail, name="chore_detail")]
