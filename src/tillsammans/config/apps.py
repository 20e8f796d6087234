from django.apps import AppConfig


class Config(AppConfig):
    name = "tillsammans.config"
    label = "config"

    def ready(self) -> None:
        from tillsammans.config.catalogue import compile_if_stale

        compile_if_stale()
