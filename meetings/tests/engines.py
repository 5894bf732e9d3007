"""Engines that fail on demand, the way real ones do; named by tests in `settings.PROVIDERS`."""

from dataclasses import dataclass

from integrations.errors import Misconfigured, Rejected, Unavailable
from integrations.providers.diarization.memory import MemoryDiarizer
from integrations.providers.language.memory import MemoryLanguage
from integrations.providers.speech.memory import MemorySpeech

ERRORS = {
    "unavailable": Unavailable("The engine is starting."),
    "misconfigured": Misconfigured("The weights of this engine are not installed."),
    "rejected": Rejected("The engine refused this text."),
    "broken": RuntimeError("secret detail"),
}


@dataclass(frozen=True)
class FailingOptions:
    error: str = "broken"
    times: int = 1
    """So many calls fail; the ones after them are served."""
    call: str = ""
    """Only calls of this name fail; empty means all."""


class _Failing:
    Options = FailingOptions

    def __init__(self, options: FailingOptions = FailingOptions()):
        super().__init__()
        self.failing = options
        self.calls = 0

    def _reach(self, call: str) -> None:
        if self.failing.call in ("", call):
            self.calls += 1
            if self.calls <= self.failing.times:
                raise ERRORS[self.failing.error]

    def probe(self) -> None:
        if self.failing.error == "misconfigured" and self.calls < self.failing.times:
            raise ERRORS["misconfigured"]


class FailingSpeech(_Failing, MemorySpeech):
    def transcribe(self, *args, **options):
        self._reach("transcribe")
        return MemorySpeech.transcribe(self, *args, **options)


class FailingDiarizer(_Failing, MemoryDiarizer):
    def diarize(self, *args, **options):
        self._reach("diarize")
        return MemoryDiarizer.diarize(self, *args, **options)


class FailingLanguage(_Failing, MemoryLanguage):
    def identify(self, conversation):
        self._reach("identify")
        return super().identify(conversation)

    def summarize(self, conversation):
        self._reach("summarize")
        return super().summarize(conversation)

    def extract(self, conversation):
        self._reach("extract")
        return super().extract(conversation)


class RefusingTickets:
    """A tracker that wants nothing of what it is handed."""

    Options = FailingOptions
    engine = "refusing"

    def __init__(self, options: FailingOptions = FailingOptions()):
        self.options = options

    def open(self, draft):
        raise Rejected("The project does not exist.")

    def find(self, key: str) -> list:
        return []

    def probe(self) -> None:
        """Always ready."""
