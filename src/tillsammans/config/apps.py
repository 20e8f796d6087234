from django.apps import AppConfig


class Config(AppConfig):
    name = "tillsammans.config"
    label = "config"
