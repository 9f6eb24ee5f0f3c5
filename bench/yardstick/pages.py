"""The yardstick's one page."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

ROWS = "SELECT id, given_name, family_name, email FROM people_person WHERE id > %s ORDER BY id LIMIT 10"


def page(request: HttpRequest) -> HttpResponse:
    """Read the session, ask for ten rows by primary key, render them."""
    after = int(request.session.get("after", 100))
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [after])
        rows = cursor.fetchall()
    return render(request, "page.html", {"rows": rows})


urlpatterns = [path("", page)]
