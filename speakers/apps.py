from django.apps import AppConfig


class SpeakersConfig(AppConfig):
    name = "speakers"

    def ready(self) -> None:
        from core.privacy import answer_for

        from .services import privacy

        answer_for(self.name, "speakers.SpeakerProfile", erase=privacy.erase, export=privacy.export)
