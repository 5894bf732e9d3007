"""What the outside world needs remembered here."""

from .effects import Effect, EffectItem

__all__ = ["Effect", "EffectItem"]
