from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    name = "calendars"

    def ready(self) -> None:
        from core.privacy import answer_for

        from .services import privacy

        answer_for(self.name, "calendars.CalendarEvent", erase=privacy.erase, export=privacy.export)
