from django.apps import AppConfig


class Collaboration(AppConfig):
    name = "tillsammans.collaboration"
    label = "collaboration"
