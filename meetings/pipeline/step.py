"""What a step is, and what it gets to see.

`work` is slow and may be repeated after a crash: it writes only through `run.checkpoint` and `run.progress`.
`save` writes rows of ours, in the transaction that marks the step done.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from meetings.models import Meeting, Run


class LostLease(Exception):
    """Somebody else holds the step now, or the run was cancelled: save nothing, stop quietly."""


@dataclass(frozen=True)
class RunView:
    """A run as its steps see it."""

    run: Run
    meeting: Meeting
    outputs: dict[str, dict]
    """What the steps before have put out, by their names."""
    checkpoint: Callable[[str, Callable[[], Any]], Any]
    """`checkpoint(key, produce)`: the stored JSON value, or what `produce()` returns, stored durably.

    Raises LostLease.
    """
    progress: Callable[[float], None]
    """Report the share done, 0 to 1; cheap, may be called often. Raises LostLease."""


@dataclass(frozen=True)
class Output:
    """What `work` hands to `save`: figures for the row, and whatever `save` stores elsewhere."""

    figures: dict = field(default_factory=dict)
    """JSON of at most 8 kB, shown in the admin and given to later steps."""
    result: Any = None


class Step(Protocol):
    name: str
    queue: str
    outward: bool
    """Waits until the run is released (README rule 7)."""

    def work(self, run: RunView) -> Output:
        """Raises integrations.errors.ProviderError, audio.media.errors.MediaError, LostLease."""

    def save(self, run: Run, output: Output) -> None: ...
