from django.apps import AppConfig


class Duties(AppConfig):
    name = "tillsammans.duties"
    label = "duties"
