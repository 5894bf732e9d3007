"""A speech stream that outlives its engine's failures. Runs on the threads of `admission`."""

import logging
import time
from collections.abc import Callable
from dataclasses import replace

from integrations.contracts.audio import BYTES_PER_SAMPLE, RATE
from integrations.contracts.speech import Hypothesis, SpeechStream, StreamingSpeech
from integrations.errors import ProviderError, Unavailable

logger = logging.getLogger(__name__)

AGAIN = 5.0
"""Seconds until an engine that could not be opened is asked again."""
PATIENCE = 60.0
"""Seconds of sound that an engine which is unavailable may keep; then a new stream begins."""


class Ear:
    """Opens the stream with the first sound, and another one where that has failed.

    Segments count on over all of them. `trouble` is a sentence while nothing is heard, else empty.
    """

    def __init__(self, engine: StreamingSpeech, *, language: str, hint: str, start: float):
        self.trouble = ""
        self.settled = start
        self._engine = engine
        self._how = {"language": language or None, "hint": hint}
        self._stream: SpeechStream | None = None
        self._position = start
        self._failing_since: float | None = None
        self._not_before = 0.0
        self._first = self._next = 0
        self._shown: Hypothesis | None = None

    def feed(self, pcm: bytes, *, hurry: bool) -> list[Hypothesis]:
        """What is new after the next stretch of 16 kHz mono samples. Raises nothing."""
        start = self._position
        self._position += len(pcm) / BYTES_PER_SAMPLE / RATE
        if self._stream is None and not self._open(start):
            return []
        return self._asked(lambda stream: stream.feed(pcm, hurry=hurry))

    def flush(self) -> list[Hypothesis]:
        """All that was fed is final after this, unless there is `trouble`."""
        return self._asked(lambda stream: stream.flush()) if self._stream is not None else []

    def _open(self, start: float) -> bool:
        if time.monotonic() < self._not_before:
            return False
        try:
            self._stream = self._engine.open(**self._how, start=start)
            self._failing_since = None
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the sound is stored
            self._failed(error)
        return self._stream is not None

    def _asked(self, call: Callable[[SpeechStream], list[Hypothesis]]) -> list[Hypothesis]:
        try:
            found = call(self._stream)
        except Exception as error:  # noqa: BLE001 - as above
            return self._failed(error)
        self.trouble, self._failing_since = "", None
        self.settled = max(self.settled, self._stream.settled)
        return [self._numbered(each) for each in found]

    def _numbered(self, found: Hypothesis) -> Hypothesis:
        found = replace(found, segment=self._first + found.segment)
        self._next = found.segment + 1
        self._shown = None if found.is_final else found
        return found

    def _failed(self, error: Exception) -> list[Hypothesis]:
        if isinstance(error, ProviderError):
            logger.warning("live speech: %s", error)
        else:
            logger.error("live speech has failed", exc_info=error)
        self.trouble = str(error) if isinstance(error, ProviderError) else "The engine has failed."
        if self._failing_since is None:
            self._failing_since = self._position
        waiting = self._position - self._failing_since
        if self._stream is not None and isinstance(error, Unavailable) and waiting < PATIENCE:
            return []
        return self._dropped()

    def _dropped(self) -> list[Hypothesis]:
        """Give the stream up, and take back what it has shown and cannot finish."""
        self._stream, self._not_before = None, time.monotonic() + AGAIN
        shown, self._shown = self._shown, None
        self._first = self._next
        if shown is None:
            return []
        return [
            replace(shown, rev=shown.rev + 1, text="", words=(), stable=0, is_final=True, speech_final=True)
        ]
