from datetime import timedelta

from django.apps import AppConfig
from django.core import checks


class CoreConfig(AppConfig):
    name = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import audit, idempotency, paths, privacy, registry, resealing  # noqa: F401 - `paths` name ids

        privacy.answer_for(
            self.name, "core.AuditEntry", "core.IdempotentRequest", erase=self._erase, export=audit.export
        )
        privacy.impersonal(
            {
                "core.Lease": "Names processes.",
                "contenttypes.ContentType": "Names tables.",
                "auth.Permission": "Names what staff may do.",
                "auth.Group": "Is not used: roles are a field of the account.",
                "django_dramatiq.Task": "Queued messages carry ids; its middleware is not used.",
            }
        )
        registry.add_chore("old keys", idempotency.forget_old, interval=timedelta(minutes=10))
        registry.add_release("idempotent requests", idempotency.release_all)
        checks.register(resealing.sealed_rows_open, checks.Tags.database)
        registry.add_chore("old audit entries", audit.forget_old, interval=timedelta(hours=1))

    @staticmethod
    def _erase(person):
        from . import audit, idempotency

        receipt = audit.keep(person)
        receipt.add(idempotency.erase(person))
        return receipt
