from django.http import HttpRequest, HttpResponse
from django.urls import path


def chore_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return HttpResponse("A chore")


urlpatterns = [path("chores/<int:pk>/", chore_detail, name="chore_detail")]
