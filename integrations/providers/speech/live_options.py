"""How the live stream paces itself."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Live:
    """Times in seconds."""

    every: float = 1.0
    """New sound between two passes over an open utterance; more where a pass takes long."""
    silence: float = 0.6
    """Pause that ends an utterance."""
    longest: float = 20.0
    """Sound that is decoded at once; a longer utterance is cut where it is quietest."""
    threshold: float = 0.3
    """Silero's probability of speech that opens an utterance."""
    beam_size: int = 1
    """A larger one costs more and heard no better in short windows."""
    clock: Callable[[], float] = time.perf_counter
    """By which a pass is timed: the next one waits for twice as much sound."""
