from datetime import timedelta

from django.apps import AppConfig


class AudioConfig(AppConfig):
    name = "audio"

    def ready(self) -> None:
        from django.conf import settings

        from core import privacy, registry

        from .services import files, observations, own_streams, places, streams

        registry.add_chore("storage deletions", files.sweep, interval=timedelta(seconds=30))
        registry.add_chore("live streams", streams.sweep, interval=settings.SWEEP_INTERVAL)
        places.add(own_streams.KIND, own_streams.PLACE)
        registry.add_chore("observations", observations.sweep, interval=settings.SWEEP_INTERVAL)
        privacy.impersonal({"audio.StorageDeletion": "Names files by ids until they are gone."})
