"""Doors to the evidence."""

from django.urls import include, path

from tillsammans.indicators import breakviews, bundleviews, findingviews, views

app_name = "indicators"
urlpatterns = [
    path("", views.evidence, name="evidence"),
    path("sticker-ut/", findingviews.stands_out, name="stands_out"),
    path("serie/<uuid:uuid>/", views.series, name="series"),
    path("serie/<uuid:uuid>/fynd/<slug:kind>/", findingviews.finding, name="finding"),
    path("serie/<uuid:uuid>/fynd/<slug:kind>.zip", bundleviews.finding_bundle, name="finding_bundle"),
    path("serie/<uuid:uuid>/berakning.zip", bundleviews.series_bundle, name="bundle"),
    path("omrade/<uuid:uuid>/", views.area, name="area"),
    path("brott-i-serier/", breakviews.known, name="breaks"),
    path("brott-i-serier/nytt/", breakviews.add, name="add_break"),
    path("brott-i-serier/<uuid:uuid>/ta-bort/", breakviews.remove, name="remove_break"),
    path("brott-i-serier/<uuid:uuid>/lagg-tillbaka/", breakviews.restore, name="restore_break"),
    path("metod/<slug:page>/", bundleviews.method, name="method"),
    path("serie/<uuid:uuid>/berakning/", views.calculation, name="calculation"),
    path("serie/<uuid:uuid>/jamforelse/", views.comparison, name="comparison"),
    path("serie/<uuid:uuid>/<slug:figure>.<slug:form>", views.download, name="download"),
    path("polisen/", include("tillsammans.indicators.events.urls")),
    path("hamta/", include("tillsammans.indicators.clients.urls")),
    path("inlasning/", include("tillsammans.indicators.importurls")),
]
