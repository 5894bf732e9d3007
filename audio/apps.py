from datetime import timedelta

from django.apps import AppConfig


class AudioConfig(AppConfig):
    name = "audio"

    def ready(self) -> None:
        from core import privacy, registry

        from .services import files

        registry.add_chore("storage deletions", files.sweep, interval=timedelta(seconds=30))
        privacy.impersonal({"audio.StorageDeletion": "Names files by ids until they are gone."})
