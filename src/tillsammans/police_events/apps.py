from django.apps import AppConfig


class PoliceEvents(AppConfig):
    name = "tillsammans.police_events"
    label = "police_events"
