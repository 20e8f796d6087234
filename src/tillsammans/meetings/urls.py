"""URLs of meetings."""

from django.urls import path

from tillsammans.meetings import views

app_name = "meetings"
urlpatterns = [path("", views.decisions, name="decisions")]
