from django.urls import path

from tillsammans.evaluation import views

app_name = "evaluation"
urlpatterns = [
    path("", views.follow_ups, name="follow_ups"),
    path("lofte/<uuid:uuid>/", views.of_promise, name="of_promise"),
    path("atgard/<uuid:uuid>/", views.of_measure, name="of_measure"),
    path("<uuid:uuid>/", views.follow_up, name="follow_up"),
    path("<uuid:uuid>/redovisa/", views.publish, name="publish"),
    path("<uuid:uuid>/dra-tillbaka/", views.withdraw, name="withdraw"),
]
