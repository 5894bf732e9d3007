from datetime import timedelta

from django.apps import AppConfig

EXPIRY = timedelta(seconds=1)
"""How often rooms are looked at whose speaker or participants may have gone."""


class RoomsConfig(AppConfig):
    name = "rooms"

    def ready(self) -> None:
        from audio.services import places
        from core import registry
        from core.privacy import answer_for

        from .services import listening, observers, presence, privacy

        places.add(observers.KIND, listening.PLACE)
        registry.add_chore("rooms", presence.expire, interval=EXPIRY)

        answer_for(
            self.name,
            *(f"rooms.{name}" for name in ("Room", "Seat", "Waiting", "Message", "RoomEvent")),
            erase=privacy.erase,
            export=privacy.export,
        )
