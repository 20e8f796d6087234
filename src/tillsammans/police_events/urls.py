"""URLs of the police's events."""

from django.urls import path

from tillsammans.police_events import views

app_name = "police_events"
urlpatterns = [
    path("", views.events, name="events"),
    path("<int:number>/", views.event, name="event"),
    path("inlasning/", views.event_imports, name="event_imports"),
    path("inlasning/ny/", views.event_upload, name="event_upload"),
    path("inlasning/hamta/", views.event_fetch, name="event_fetch"),
    path("inlasning/<uuid:uuid>/", views.event_import, name="event_import"),
    path("inlasning/<uuid:uuid>/galla/", views.event_force, name="event_force"),
    path("inlasning/<uuid:uuid>/kontrollera/", views.event_check, name="event_check"),
    path("inlasning/<uuid:uuid>/slang/", views.event_discard, name="event_discard"),
    path("inlasning/<uuid:uuid>/angra/", views.event_undo, name="event_undo"),
    path("inlasning/<uuid:uuid>/gor-om/", views.event_redo, name="event_redo"),
]
