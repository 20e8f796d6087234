from django.apps import AppConfig


class Areas(AppConfig):
    name = "tillsammans.areas"
    label = "areas"
