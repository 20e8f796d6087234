"""Doors to the evidence."""

from django.urls import include, path

from tillsammans.indicators import bundleviews, findingviews, views

app_name = "indicators"
urlpatterns = [
    path("", views.evidence, name="evidence"),
    path("sticker-ut/", findingviews.stands_out, name="stands_out"),
    path("serie/<uuid:uuid>/", views.series, name="series"),
    path("serie/<uuid:uuid>/fynd/<slug:kind>/", findingviews.finding, name="finding"),
    path("serie/<uuid:uuid>/fynd/<slug:kind>.zip", bundleviews.finding_bundle, name="finding_bundle"),
    path("serie/<uuid:uuid>/berakning.zip", bundleviews.series_bundle, name="bundle"),
    path("metod/<slug:page>/", bundleviews.method, name="method"),
    path("serie/<uuid:uuid>/berakning/", views.calculation, name="calculation"),
    path("serie/<uuid:uuid>/jamforelse/", views.comparison, name="comparison"),
    path("serie/<uuid:uuid>/<slug:figure>.<slug:form>", views.download, name="download"),
    path("polisen/", include("tillsammans.indicators.events.urls")),
    path("inlasning/", include("tillsammans.indicators.importurls")),
]
