"""URLs of the evidence pages."""

from django.urls import path

from tillsammans.indicators.views import breaks, evidence

app_name = "indicators"
urlpatterns = [
    path("", evidence.evidence, name="evidence"),
    path("brott-i-serier/", breaks.known, name="breaks"),
    path("brott-i-serier/nytt/", breaks.add, name="add_break"),
    path("brott-i-serier/<uuid:uuid>/ta-bort/", breaks.remove, name="remove_break"),
    path("brott-i-serier/<uuid:uuid>/lagg-tillbaka/", breaks.restore, name="restore_break"),
]
