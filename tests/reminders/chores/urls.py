from django.http import HttpRequest, HttpResponse
from django.urls import path


def chore_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return HttpResponse("A chore")


def state(request: HttpRequest) -> HttpResponse:
    return HttpResponse("How things stand")


urlpatterns = [
    path("", state, name="home"),
    path("team/", state, name="team"),
    path("chores/<int:pk>/", chore_detail, name="chore_detail"),
]
