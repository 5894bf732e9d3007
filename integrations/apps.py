from django.apps import AppConfig
from django.conf import settings


class IntegrationsConfig(AppConfig):
    name = "integrations"

    def ready(self) -> None:
        from core import registry

        from . import checks, delivery, problems  # noqa: F401 - importing registers the checks

        problems.register()
        registry.add_chore("effects", delivery.sweep, interval=settings.SWEEP_INTERVAL)
        registry.add_release("effects", delivery.release_all_leases)
