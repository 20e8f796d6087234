from django.apps import AppConfig


class Promises(AppConfig):
    name = "tillsammans.promises"
    label = "promises"
