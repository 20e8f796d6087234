from django.apps import AppConfig


class Imports(AppConfig):
    name = "tillsammans.imports"
    label = "imports"
