from django.apps import AppConfig


class Evaluation(AppConfig):
    name = "tillsammans.evaluation"
    label = "evaluation"
