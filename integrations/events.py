"""What watchers are told about effects."""

from dataclasses import dataclass

from core.realtime import Event


@dataclass(frozen=True)
class EffectChanged(Event):
    """A ticket, mail, post or entry was sent, failed, or is unknown."""

    type = "effect.changed"

    meeting_id: str
    effect_id: str
    kind: str
    status: str
