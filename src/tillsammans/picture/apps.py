from django.apps import AppConfig


class Picture(AppConfig):
    name = "tillsammans.picture"
    label = "picture"
