from django.urls import path

from tillsammans.promises import views

app_name = "promises"
urlpatterns = [
    path("", views.promises, name="promises"),
    path("nytt/<uuid:problem>/", views.write, name="write"),
    path("<uuid:uuid>/", views.promise, name="promise"),
    path("<uuid:uuid>/andra/", views.edit, name="edit"),
    path("<uuid:uuid>/lagg-fram/", views.offer, name="offer"),
    path("<uuid:uuid>/ta-tillbaka/", views.take_back, name="take_back"),
    path("<uuid:uuid>/publicera/", views.publish, name="publish"),
    path("<uuid:uuid>/dra-tillbaka/", views.withdraw, name="withdraw"),
    path("<uuid:uuid>/lagg-undan/", views.set_aside, name="set_aside"),
    path("<uuid:uuid>/lofte.<str:form>", views.document, name="document"),
]
