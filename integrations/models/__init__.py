"""What the outside world needs remembered here."""

from .connections import Connection, ConsentAttempt
from .effects import Attempt, Circuit, Effect, EffectItem
from .routing import Routing
from .webhooks import WebhookEndpoint

__all__ = [
    "Attempt",
    "Circuit",
    "Connection",
    "ConsentAttempt",
    "Effect",
    "EffectItem",
    "Routing",
    "WebhookEndpoint",
]
