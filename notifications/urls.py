from django.urls import path

from notifications import views

app_name = "notifications"

urlpatterns = [
    path("", views.mail_list, name="mail_list"),
    path("<uuid:mail_id>/", views.mail_detail, name="mail_detail"),
]
