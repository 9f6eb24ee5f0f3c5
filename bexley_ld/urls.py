"""Every address of the portal. Addresses are kept: mails and bookmarks point at them."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from bexley_ld import demo_mail, health
from bexley_ld.views import home, search, statements, team

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("team/", team.team, name="team"),
    path("team/plans.csv", team.team_csv, name="team_csv"),
    path("search/", search.search_page, name="search"),
    path("", include("content.urls")),
    path("induction/", include("induction.urls")),
    path("pathways/", include("pathways.urls")),
    path("me/", include("notifications.urls")),
    path("", include("reminders.urls")),
    path("", include("people.urls")),
    path("accessibility/", statements.accessibility, name="accessibility"),
    path("privacy/", statements.privacy, name="privacy"),
    path("account/", include("bexley_ld.account_urls")),
    path("admin/", admin.site.urls),
    *health.urlpatterns,
]

if not settings.IS_PRODUCTION:
    urlpatterns.append(path("design/", include("govuk.urls")))
if settings.DEMO_MODE:
    urlpatterns += demo_mail.urlpatterns

handler400 = "bexley_ld.views.errors.bad_request"
handler403 = "bexley_ld.views.errors.permission_denied"
handler404 = "bexley_ld.views.errors.page_not_found"
handler500 = "bexley_ld.views.errors.server_error"
