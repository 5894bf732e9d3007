from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "tasks"

    def ready(self) -> None:
        from core.privacy import answer_for

        from .services import privacy

        answer_for(self.name, "tasks.Task", erase=privacy.erase, export=privacy.export)
