from datetime import timedelta

from django.apps import AppConfig
from django.conf import settings


class TasksConfig(AppConfig):
    name = "tasks"

    def ready(self) -> None:
        from core import registry
        from core.privacy import answer_for, impersonal

        from .services import addressed, entries, letters, privacy, tickets, watching

        tickets.register()
        entries.register()
        letters.register()
        registry.add_chore("tasks of addresses", addressed.hand_over, interval=timedelta(minutes=1))
        if settings.TICKETS_POLL:
            registry.add_chore("tickets", watching.poll, interval=settings.TICKETS_POLL)
        impersonal({"tasks.TicketWatch": "Says how a ticket stood."})
        answer_for(self.name, "tasks.Task", "tasks.TicketHook", erase=privacy.erase, export=privacy.export)
