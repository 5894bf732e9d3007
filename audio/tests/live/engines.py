"""Engines that hear live and fail, wait or count on demand; named by tests in `settings.PROVIDERS`."""

import threading
from dataclasses import dataclass

from integrations.errors import Misconfigured, Unavailable
from integrations.providers.diarization.memory import MemoryDiarizer
from integrations.providers.speech.memory import MemorySpeech, MemorySpeechOptions

ERRORS = {
    "unavailable": Unavailable("The engine is starting."),
    "misconfigured": Misconfigured("The weights of this engine are not installed."),
    "broken": RuntimeError("secret detail"),
}


@dataclass(frozen=True)
class StubbornOptions:
    error: str = ""
    failing: tuple[int, ...] = ()
    """Which calls of `feed` fail, counted from 1 over all streams."""
    opening: int = 0
    """So many calls of `open` fail first."""
    seconds: float = 1.0


class StubbornSpeech(MemorySpeech):
    """Fails when it is told to; while `gate` is shut it does not come back from a call."""

    Options = StubbornOptions

    def __init__(self, options: StubbornOptions = StubbornOptions()):
        super().__init__(MemorySpeechOptions(seconds=options.seconds))
        self.failing = options
        self.gate = threading.Event()
        self.gate.set()
        self.fed = self.opened = 0
        self.hurried: list[bool] = []
        self.threads: set[str] = set()

    def open(self, **how):
        self.opened += 1
        if self.opened <= self.failing.opening:
            raise ERRORS[self.failing.error]
        return _Stubborn(self, super().open(**how))


class _Stubborn:
    def __init__(self, engine: StubbornSpeech, stream):
        self._engine, self._stream = engine, stream
        self._owed = []

    def __getattr__(self, name):
        return getattr(self._stream, name)

    def feed(self, pcm: bytes, *, hurry: bool = False):
        engine = self._engine
        engine.fed += 1
        engine.hurried.append(hurry)
        engine.threads.add(threading.current_thread().name)
        if not engine.gate.wait(10):
            raise TimeoutError
        self._owed += self._stream.feed(pcm, hurry=hurry)
        if engine.fed in engine.failing.failing:
            raise ERRORS[engine.failing.error]
        return self._paid()

    def flush(self):
        self._owed += self._stream.flush()
        return self._paid()

    def _paid(self) -> list:
        owed, self._owed = self._owed, []
        return owed


@dataclass(frozen=True)
class NoFurtherOptions:
    error: str = "unavailable"


class NoFurtherDiarizer(MemoryDiarizer):
    """Opens, and then fails."""

    Options = NoFurtherOptions

    def __init__(self, options: NoFurtherOptions = NoFurtherOptions()):
        super().__init__()
        self.failing = options

    def open(self, *, start: float = 0.0):
        return self

    def feed(self, pcm: bytes):
        raise ERRORS[self.failing.error]
