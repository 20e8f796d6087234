from django.apps import AppConfig


class Patterns(AppConfig):
    name = "tillsammans.patterns"
    label = "patterns"
