from django.apps import AppConfig


class Meetings(AppConfig):
    name = "tillsammans.meetings"
    label = "meetings"
