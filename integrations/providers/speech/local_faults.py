"""What CTranslate2 raises, as the contract's error; around every call into Whisper on this machine."""

from collections.abc import Iterator
from contextlib import contextmanager

from integrations.errors import Unavailable


@contextmanager
def faults(engine: str) -> Iterator[None]:
    """Only around the engine's own work: what a caller's `progress` raises passes unchanged."""
    try:
        yield
    except (RuntimeError, MemoryError) as fault:
        raise Unavailable(f"{engine} could not decode the audio: {fault}") from fault
