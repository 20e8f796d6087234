"""Doors to fetching from the source, inside those to the evidence."""

from django.urls import path

from tillsammans.indicators.clients import views

urlpatterns = [
    path("", views.sources, name="sources"),
    path("kolada/", views.fetch_kolada, name="fetch_kolada"),
    path("scb/", views.fetch_scb, name="fetch_scb"),
]
