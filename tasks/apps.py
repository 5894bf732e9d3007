from datetime import timedelta

from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "tasks"

    def ready(self) -> None:
        from core import registry
        from core.privacy import answer_for

        from .services import addressed, letters, privacy, tickets

        tickets.register()
        letters.register()
        registry.add_chore("tasks of addresses", addressed.hand_over, interval=timedelta(minutes=1))
        answer_for(self.name, "tasks.Task", erase=privacy.erase, export=privacy.export)
