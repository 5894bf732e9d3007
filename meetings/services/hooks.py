"""Webhooks of services that send observers: proven, then nothing but a reason to look."""

from collections.abc import Mapping

from integrations import registry
from integrations.errors import ProviderError
from meetings.errors import HookNotProven
from meetings.models import Observer

from . import observers


def take(provider: str, headers: Mapping[str, str], body: bytes, *, now: float) -> None:
    """Look sooner at the bot that a webhook is about. `now`: seconds since 1970.

    Raises HookNotProven, whatever is wrong with it, also for a service that nobody has configured.
    """
    if provider not in registry.aliases("bots") and not Observer.objects.filter(provider=provider).exists():
        raise HookNotProven
    try:
        hint = registry.provider("bots", provider).hint(dict(headers), body, now=now)
    except ProviderError as error:
        raise HookNotProven from error
    if hint is not None:
        observers.hinted(provider, hint.bot_id)
