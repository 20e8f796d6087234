from django.apps import AppConfig


class Indicators(AppConfig):
    name = "tillsammans.indicators"
    label = "indicators"
