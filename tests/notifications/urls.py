"""The portal's addresses with those of the demonstration, which the test mode does not have."""

from bexley_ld import demo_mail, urls

urlpatterns = [*demo_mail.urlpatterns, *urls.urlpatterns]
handler404 = urls.handler404
