"""People's own accounts at vendors: whom an effect is carried out with."""

from typing import Any

from integrations import registry
from integrations.models import Effect


def provider_of(effect: Effect) -> Any:
    """Who carries the effect out. Raises Misconfigured."""
    return registry.provider(effect.kind, effect.provider)
