from django.urls import path

from tillsammans.duties import views

app_name = "duties"
urlpatterns = [
    path("", views.week, name="week"),
    path("skjut-upp/<str:step>/", views.postpone, name="postpone"),
    path("skjut-upp/<str:step>/angra/", views.resume, name="resume"),
]
