"""Addresses of areas."""

from django.urls import path

from tillsammans.areas.views import areas, groups, police, uploads

app_name = "areas"
urlpatterns = [
    path("", areas.areas, name="areas"),
    path("filer/", uploads.uploads, name="uploads"),
    path("filer/ny/", uploads.upload, name="upload"),
    path("filer/<uuid:uuid>/", uploads.preview, name="preview"),
    path("filer/<uuid:uuid>/angra/", uploads.undo, name="undo_areas"),
    path("filer/<uuid:uuid>/slang/", uploads.discard, name="discard_areas"),
    path("polis/", police.police, name="police"),
    path("polis/fil/", police.add_police_file, name="add_police_file"),
    path("polis/fil/<uuid:uuid>/", police.police_file, name="police_file"),
    path("polis/<uuid:uuid>/", police.edit_police, name="edit_police"),
    path("polis/<uuid:uuid>/nytt/", police.add_police, name="add_police"),
    path("folkmangd/", areas.population, name="population"),
    path("folkmangd/<path:_rest>", areas.population),
    path("jamforelsegrupper/", groups.groups, name="groups"),
    path("jamforelsegrupper/egen/", groups.add_group, name="add_group"),
    path("jamforelsegrupper/egen/<uuid:uuid>/", groups.edit_group, name="edit_group"),
    path("jamforelsegrupper/egen/<uuid:uuid>/ta-bort/", groups.remove_group, name="remove_group"),
    path("jamforelsegrupper/egen/<uuid:uuid>/ta-tillbaka/", groups.restore_group, name="restore_group"),
    path("jamforelsegrupper/ny/", groups.add_groups, name="add_groups"),
    path("jamforelsegrupper/<uuid:uuid>/", groups.groups_import, name="groups_import"),
    path("jamforelsegrupper/<uuid:uuid>/galler/", groups.force_groups, name="force_groups"),
    path("jamforelsegrupper/<uuid:uuid>/slang/", groups.discard_groups, name="discard_groups"),
    path("jamforelsegrupper/<uuid:uuid>/angra/", groups.undo_groups, name="undo_groups"),
    path("jamforelsegrupper/<uuid:uuid>/gor-om/", groups.redo_groups, name="redo_groups"),
    path("<uuid:uuid>/", areas.area, name="area"),
    path("<uuid:uuid>/avsluta/", areas.end, name="end"),
]
