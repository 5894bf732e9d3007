from django.apps import AppConfig
from django.conf import settings


class MeetingsConfig(AppConfig):
    name = "meetings"

    def ready(self) -> None:
        from core import registry

        from .pipeline import runner, states, sweep

        registry.add_chore("runs", sweep.sweep, interval=settings.SWEEP_INTERVAL)
        registry.add_holding("steps", runner.give_back)
        registry.add_release("steps", states.release_all_leases)
