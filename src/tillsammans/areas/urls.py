"""The doors of areas."""

from django.urls import path

from tillsammans.areas import comparing, operating, uploading, views

app_name = "areas"
urlpatterns = [
    path("", views.areas, name="areas"),
    path("filer/", uploading.uploads, name="uploads"),
    path("filer/ny/", uploading.upload, name="upload"),
    path("filer/<uuid:uuid>/", uploading.preview, name="preview"),
    path("filer/<uuid:uuid>/angra/", uploading.undo, name="undo_areas"),
    path("polis/", operating.police, name="police"),
    path("polis/fil/", operating.add_police_file, name="add_police_file"),
    path("polis/fil/<uuid:uuid>/", operating.police_file, name="police_file"),
    path("polis/<uuid:uuid>/", operating.edit_police, name="edit_police"),
    path("polis/<uuid:uuid>/nytt/", operating.add_police, name="add_police"),
    path("folkmangd/", operating.population, name="population"),
    path("folkmangd/ny/", operating.add_population, name="add_population"),
    path("folkmangd/<uuid:uuid>/", operating.population_import, name="population_import"),
    path("folkmangd/<uuid:uuid>/galler/", operating.force_population, name="force_population"),
    path("folkmangd/<uuid:uuid>/angra/", operating.undo_population, name="undo_population"),
    path("jamforelsegrupper/", comparing.groups, name="groups"),
    path("jamforelsegrupper/egen/", comparing.add_group, name="add_group"),
    path("jamforelsegrupper/egen/<uuid:uuid>/", comparing.edit_group, name="edit_group"),
    path("jamforelsegrupper/egen/<uuid:uuid>/ta-bort/", comparing.remove_group, name="remove_group"),
    path("jamforelsegrupper/egen/<uuid:uuid>/ta-tillbaka/", comparing.restore_group, name="restore_group"),
    path("jamforelsegrupper/ny/", comparing.add_groups, name="add_groups"),
    path("jamforelsegrupper/<uuid:uuid>/", comparing.groups_import, name="groups_import"),
    path("jamforelsegrupper/<uuid:uuid>/galler/", comparing.force_groups, name="force_groups"),
    path("jamforelsegrupper/<uuid:uuid>/angra/", comparing.undo_groups, name="undo_groups"),
    path("<uuid:uuid>/", views.area, name="area"),
    path("<uuid:uuid>/avsluta/", views.end, name="end"),
]
