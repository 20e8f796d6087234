from django.apps import AppConfig


class Portal(AppConfig):
    name = "tillsammans.portal"
    label = "portal"
