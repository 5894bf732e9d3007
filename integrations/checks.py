"""System checks: a provider that cannot serve is said at start, not at night."""

from django.conf import settings
from django.core import checks

from . import registry
from .errors import ProviderError


@checks.register()
def providers_exist(app_configs, **kwargs) -> list:
    """E001: settings name a provider that is not there, or its options are wrong.

    E002: memory in production. W001: a provider that serves is not ready (weights or keys are missing).
    """
    found = []
    for kind, aliases in settings.SERVED_BY.items():
        for alias in aliases:
            found += _problems(kind, alias)
    return found


def _problems(kind: str, alias: str) -> list:
    if alias == "memory" and not settings.MEMORY_PROVIDERS_ALLOWED:
        return [
            checks.Error(f"{kind} is served from memory, which is for tests only.", id="integrations.E002")
        ]
    try:
        provider = registry.provider(kind, alias)
    except (ProviderError, TypeError, ImportError) as error:
        return [checks.Error(f"{kind} provider {alias!r}: {error}", id="integrations.E001")]
    try:
        provider.probe()
    except ProviderError as error:
        return [checks.Warning(f"{kind} provider {alias!r} is not ready: {error}", id="integrations.W001")]
    return []
