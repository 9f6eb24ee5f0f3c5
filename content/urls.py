from django.urls import path

from content import views

app_name = "content"
urlpatterns = [
    path("guides/", views.page_list, name="page_list"),
    path("guides/<slug:slug>/", views.page_detail, name="page_detail"),
    path("guides/<slug:slug>/mistake/", views.mistake_report, name="mistake_report"),
]
