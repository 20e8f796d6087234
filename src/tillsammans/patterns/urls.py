"""URLs of series and findings."""

from django.urls import path

from tillsammans.patterns.views import areas, bundles, calculations, comparisons, findings, methods, series

app_name = "patterns"
urlpatterns = [
    path("sticker-ut/", findings.stands_out, name="stands_out"),
    path("serie/<uuid:uuid>/", series.series, name="series"),
    path("serie/<uuid:uuid>/fynd/<slug:kind>/", findings.finding, name="finding"),
    path("serie/<uuid:uuid>/fynd/<slug:kind>.zip", bundles.finding_bundle, name="finding_bundle"),
    path("serie/<uuid:uuid>/berakning.zip", bundles.series_bundle, name="bundle"),
    path("omrade/<uuid:uuid>/", areas.area, name="area"),
    path("metod/<slug:page>/", methods.method, name="method"),
    path("serie/<uuid:uuid>/berakning/", calculations.calculation, name="calculation"),
    path("serie/<uuid:uuid>/jamforelse/", comparisons.comparison, name="comparison"),
    path("serie/<uuid:uuid>/<slug:figure>.<slug:form>", calculations.download, name="download"),
]
