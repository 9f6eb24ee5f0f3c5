"""The portal's own addresses with those of the chores: for pages that name them."""

from bexley_ld import urls as portal
from tests.reminders.chores import urls as chores

handler400, handler403 = portal.handler400, portal.handler403
handler404, handler500 = portal.handler404, portal.handler500
urlpatterns = [*portal.urlpatterns, *chores.urlpatterns]
