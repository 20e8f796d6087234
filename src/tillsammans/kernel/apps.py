from django.apps import AppConfig


class Kernel(AppConfig):
    name = "tillsammans.kernel"
    label = "kernel"

    def ready(self) -> None:
        from tillsammans.kernel import checks  # noqa: F401
