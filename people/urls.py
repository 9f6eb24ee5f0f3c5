from django.urls import path

from people.views import directory, me

app_name = "people"
urlpatterns = [
    path("me/", me.me, name="me"),
    path("me/history/", me.me_history, name="me_history"),
    path("me/cover/", me.cover_add, name="cover_add"),
    path("me/cover/<int:pk>/end/", me.cover_end, name="cover_end"),
    path("me/sessions/end/", me.sessions_end, name="sessions_end"),
    path("me/sessions/<str:key>/end/", me.session_end, name="session_end"),
    path("people/", directory.person_search, name="person_search"),
    path("people/<int:pk>/", directory.person_detail, name="person_detail"),
    path("people/<int:pk>/cover/", me.cover_add, name="cover_add_for"),
    path("people/<int:pk>/manager/", directory.manager_change, name="manager_change"),
]
