from django.urls import path

from tillsammans.collaboration import views

app_name = "collaboration"
urlpatterns = [
    path("", views.collaborations, name="collaborations"),
    path("ny/", views.start, name="start"),
    path("mottaget/", views.received, name="received"),
    path("skickat/", views.sent, name="sent"),
    path("delning/", views.standing_shares, name="standing_shares"),
    path("delning/ny/", views.set_standing_share, name="set_standing_share"),
    path("delning/<uuid:uuid>/avsluta/", views.end_standing_share, name="end_standing_share"),
    path("paket/<uuid:uuid>/", views.package, name="package"),
    path("paket/<uuid:uuid>/kommentera/", views.comment, name="comment"),
    path("paket/<uuid:uuid>/svara/", views.approve, name="approve"),
    path("paket/<uuid:uuid>/ta-tillbaka/", views.withdraw, name="withdraw"),
    path("paket/<uuid:uuid>/aterkalla/", views.recall, name="recall"),
    path("inbjudan/<uuid:uuid>/", views.answer, name="answer"),
    path("grupper/<uuid:uuid>/", views.edit_group, name="edit_group"),
    path("grupper/<uuid:uuid>/plats/", views.give_seat, name="give_seat"),
    path("platser/<uuid:uuid>/avsluta/", views.end_seat, name="end_seat"),
    path("<uuid:uuid>/", views.collaboration, name="collaboration"),
    path("<uuid:uuid>/andra/", views.edit, name="edit"),
    path("<uuid:uuid>/bjud-in/", views.invite, name="invite"),
    path("<uuid:uuid>/grupp/", views.open_group, name="open_group"),
]
