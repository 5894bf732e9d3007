from django.apps import AppConfig


class RoomsConfig(AppConfig):
    name = "rooms"

    def ready(self) -> None:
        from core.privacy import answer_for

        from .services import privacy

        answer_for(
            self.name,
            *(f"rooms.{name}" for name in ("Room", "Seat", "Waiting", "Message", "RoomEvent")),
            erase=privacy.erase,
            export=privacy.export,
        )
