"""Doors to the imports of statistics."""

from django.urls import path

from tillsammans.indicators import columnviews, importviews

urlpatterns = [
    path("", importviews.imports, name="imports"),
    path("ny/", importviews.upload, name="upload"),
    path("filer/<uuid:uuid>/", importviews.preview, name="preview"),
    path("filer/<uuid:uuid>/kontrollera/", importviews.check_again, name="check_again"),
    path("filer/<uuid:uuid>/tabell/", columnviews.table, name="table"),
    path("filer/<uuid:uuid>/kolumner/", columnviews.columns, name="columns"),
    path("filer/<uuid:uuid>/som/<uuid:mapping>/", columnviews.use, name="use_mapping"),
    path("kallor/", columnviews.remembered, name="mappings"),
    path("kallor/<uuid:uuid>/", columnviews.mapping, name="mapping"),
    path("kallor/<uuid:uuid>/glom/", columnviews.forget, name="forget_mapping"),
    path("<uuid:uuid>/", importviews.imported, name="import"),
    path("<uuid:uuid>/forsok-igen/", importviews.try_again, name="try_again"),
    path("<uuid:uuid>/angra/", importviews.undo, name="undo"),
    path("<uuid:uuid>/gor-om/", importviews.redo, name="redo"),
]
