from django.urls import path

from tillsammans.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.promises, name="promises"),
    path("loften/<slug:slug>/", views.promise, name="promise"),
    path("loften/<slug:slug>/lofte.pdf", views.promise_pdf, name="promise_pdf"),
    path("kontroll/", views.check, name="check"),
    path("kontroll/<str:hash>/", views.verify, name="verify"),
    path("om/", views.about, name="about"),
    path("tillganglighet/", views.accessibility, name="accessibility"),
    path("hjalp/", views.help_page, name="help"),
]
