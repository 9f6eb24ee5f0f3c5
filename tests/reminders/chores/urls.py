from django.http import HttpRequest, HttpResponse
from django.urls import path

from bexley_ld.urls import urlpatterns as portal


def chore_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return HttpResponse("A chore")


urlpatterns = [path("chores/<int:pk>/", chore_detail, name="chore_detail"), *portal]
