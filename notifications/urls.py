from django.urls import path

from notifications import views

app_name = "notifications"

urlpatterns = [
    path("messages/", views.mail_list, name="mail_list"),
    path("messages/<uuid:mail_id>/", views.mail_detail, name="mail_detail"),
    path("notifications/", views.preferences, name="preferences"),
    path("notifications/stop-links/", views.links_revoke, name="links_revoke"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("unsubscribe/<str:token>/one-click/", views.unsubscribe_one_click, name="unsubscribe_one_click"),
]
