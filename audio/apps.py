from datetime import timedelta

from django.apps import AppConfig


class AudioConfig(AppConfig):
    name = "audio"

    def ready(self) -> None:
        from core import registry

        from .services import files

        registry.add_chore("storage deletions", files.sweep, interval=timedelta(seconds=30))
