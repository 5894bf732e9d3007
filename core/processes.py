"""What every process of ours does when it starts, and whether separately started ones reach each other."""

import dramatiq
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_module, module_has_submodule

from .broker import RelayBroker


def discover_actors() -> None:
    """Import every app's actors, so that the broker knows them; hints can be sent from then on."""
    for app in apps.get_app_configs():
        for name in settings.DRAMATIQ_AUTODISCOVER_MODULES:
            if module_has_submodule(app.module, name):
                import_module(f"{app.name}.{name}")


def broker_relays() -> bool:
    """Whether this process hands its hints to a worker over `serve`'s line."""
    broker = dramatiq.get_broker()
    return isinstance(broker, RelayBroker) and broker.relay is not None


def require_a_way_between_them() -> None:
    """Raise ImproperlyConfigured where web, worker and scheduler stand apart and share no Redis.

    Rows alone would still carry the work, but events would reach nobody and every hint would wait for the
    sweep, so production refuses it; `serve` needs no Redis.
    """
    if settings.REDIS_REQUIRED_BETWEEN_PROCESSES and not settings.REDIS_URL and not broker_relays():
        raise ImproperlyConfigured(
            "Processes that are started one by one need REDIS_URL; `manage.py serve` runs without it."
        )
