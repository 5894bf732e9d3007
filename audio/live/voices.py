"""A diarization stream and what it makes of the segments that were told; silent once its engine has failed.

Runs on the threads of `admission`, beside the ear of the same stream.
"""

import logging
from collections.abc import Callable

from integrations.contracts.diarization import DiarizationStream, StreamingDiarizer, Turn
from integrations.errors import ProviderError

logger = logging.getLogger(__name__)


class Voices:
    """Opens the stream with the first sound. `trouble` is a sentence once there are no speakers any more.

    A second stream would give its speakers the names that the first one gave to others: so there is none.
    """

    def __init__(self, engine: StreamingDiarizer, *, start: float):
        self.trouble = ""
        self._engine = engine
        self._start = start
        self._stream: DiarizationStream | None = None

    def feed(self, pcm: bytes) -> tuple[Turn, ...] | None:
        """All turns so far, where they were clustered anew. Raises nothing."""
        return self._asked(lambda stream: stream.feed(pcm))

    def flush(self) -> tuple[Turn, ...] | None:
        """All turns, the newest sound included."""
        return self._asked(lambda stream: stream.flush()) if self._stream is not None else None

    def _asked(self, call: Callable[[DiarizationStream], tuple[Turn, ...] | None]) -> tuple[Turn, ...] | None:
        if self.trouble:
            return None
        try:
            self._stream = self._stream or self._engine.open(start=self._start)
            return call(self._stream)
        except ProviderError as error:
            logger.warning("live speakers: %s", error)
            self.trouble = str(error)
        except Exception:
            logger.exception("live speakers have failed")
            self.trouble = "The engine has failed."
        self._stream = None
        return None
