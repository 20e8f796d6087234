"""Addresses of the imports of statistics."""

from django.urls import path

from tillsammans.imports.views import columns, fetch, imports

app_name = "imports"
urlpatterns = [
    path("hamta/", fetch.sources, name="sources"),
    path("hamta/kolada/", fetch.fetch_kolada, name="fetch_kolada"),
    path("hamta/scb/", fetch.fetch_scb, name="fetch_scb"),
    path("inlasning/", imports.imports, name="imports"),
    path("inlasning/ny/", imports.upload, name="upload"),
    path("inlasning/folkmangd/", imports.upload_population, name="upload_population"),
    path("inlasning/filer/<uuid:uuid>/", imports.preview, name="preview"),
    path("inlasning/filer/<uuid:uuid>/kontrollera/", imports.check_again, name="check_again"),
    path("inlasning/filer/<uuid:uuid>/tabell/", columns.table, name="table"),
    path("inlasning/filer/<uuid:uuid>/kolumner/", columns.columns, name="columns"),
    path("inlasning/filer/<uuid:uuid>/som/<uuid:mapping>/", columns.use, name="use_mapping"),
    path("inlasning/kallor/", columns.remembered, name="mappings"),
    path("inlasning/kallor/<uuid:uuid>/", columns.mapping, name="mapping"),
    path("inlasning/kallor/<uuid:uuid>/glom/", columns.forget, name="forget_mapping"),
    path("inlasning/<uuid:uuid>/", imports.imported, name="import"),
    path("inlasning/<uuid:uuid>/slang/", imports.discard, name="discard"),
    path("inlasning/<uuid:uuid>/angra/", imports.undo, name="undo"),
    path("inlasning/<uuid:uuid>/gor-om/", imports.redo, name="redo"),
]
