from django.apps import AppConfig


class Parties(AppConfig):
    name = "tillsammans.parties"
    label = "parties"
