"""What watchers are told about effects."""

from dataclasses import dataclass
from typing import Any

from core.realtime import Event


@dataclass(frozen=True)
class EffectChanged(Event):
    """A ticket, mail, post or entry was sent, failed, or is unknown."""

    type = "effect.changed"

    meeting_id: str
    effect_id: str
    kind: str
    status: str


def audience_of(*, meeting_id: Any, owner_id: Any) -> str:
    """The group that is told of an effect: whoever watches the meeting, else its owner alone."""
    return f"meeting.{meeting_id}" if meeting_id else f"effects.{owner_id}"
