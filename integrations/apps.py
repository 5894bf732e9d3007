from datetime import timedelta

from django.apps import AppConfig
from django.conf import settings


class IntegrationsConfig(AppConfig):
    name = "integrations"

    def ready(self) -> None:
        from core import privacy as people
        from core import registry

        from . import checks, composers, privacy, problems  # noqa: F401 - importing registers the checks
        from .services import consent_letters, consents, delivery

        problems.register()
        registry.add_chore("effects", delivery.sweep, interval=settings.SWEEP_INTERVAL)
        registry.add_chore("old consents", consents.forget_old, interval=timedelta(hours=1))
        composers.compose_by(consent_letters.COMPOSER, consent_letters.compose)
        registry.add_release("effects", delivery.release_all_leases)
        people.impersonal({"integrations.Circuit": "Names connections and providers."})
        people.answer_for(
            self.name,
            "integrations.Effect",
            *(f"integrations.{name}" for name in ("EffectItem", "Attempt", "Connection", "ConsentAttempt")),
            *(f"integrations.{name}" for name in ("Routing", "WebhookEndpoint")),
            erase=privacy.erase,
            export=privacy.export,
        )
