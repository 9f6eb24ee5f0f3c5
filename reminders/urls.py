from django.urls import path

from reminders import views

app_name = "reminders"

urlpatterns = [
    path("me/calendar/", views.calendar, name="calendar"),
    path("me/calendar/end/", views.calendar_end, name="calendar_end"),
    path("calendar/<str:token>.ics", views.calendar_feed, name="calendar_feed"),
]
