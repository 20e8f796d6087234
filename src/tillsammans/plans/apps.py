from django.apps import AppConfig


class Plans(AppConfig):
    name = "tillsammans.plans"
    label = "plans"
