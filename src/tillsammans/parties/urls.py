from django.urls import path

from tillsammans.parties import views

app_name = "parties"
urlpatterns = [
    path("", views.organisation, name="organisation"),
    path("partskort/", views.edit_card, name="edit_card"),
    path("utseende/", views.edit_look, name="edit_look"),
    path("organ/nytt/", views.add_body, name="add_body"),
    path("organ/<uuid:uuid>/avsluta/", views.close_body, name="close_body"),
    path("brev/", views.mail_choices, name="mail_choices"),
    path("personer/", views.people, name="people"),
    path("personer/bjud-in/", views.invite, name="invite"),
    path("roller/<uuid:uuid>/", views.edit_role, name="edit_role"),
    path("roller/<uuid:uuid>/avsluta/", views.end_role, name="end_role"),
    path("inbjudan/<str:token>/", views.invitation, name="invitation"),
    path("alla/", views.organisations, name="organisations"),
    path("alla/ny/", views.add_organisation, name="add_organisation"),
    path("alla/<slug:slug>/", views.card, name="card"),
    path("<slug:slug>/utseende.css", views.look, name="look"),
    path("<slug:slug>/logotyp.png", views.logo, name="logo"),
]
