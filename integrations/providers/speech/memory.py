"""Speech without a model: a script read out at a fixed pace wherever there is sound; for tests.

Deterministic and instant, so that kill tests and API tests exercise the product and not an engine.
"""

from collections.abc import Callable
from dataclasses import dataclass

from integrations.contracts.audio import Audio
from integrations.contracts.speech import Capabilities, Segment, Transcript, Word
from integrations.providers.slots import sounding_slots
from integrations.providers.speech import languages
from integrations.providers.speech.memory_live import MemorySpeechStream

SCRIPT = (
    "I am Maya and this is our weekly meeting.",
    "I am Daniel, the import is running again.",
    "Decision: The release stays on Thursday.",
    "Action: Daniel will update the runbook by Wednesday.",
    "I will call the customer by tomorrow.",
    "Question: Who tests the export?",
)


@dataclass(frozen=True)
class MemorySpeechOptions:
    script: tuple[str, ...] = SCRIPT
    """Sentences, said in turn and from the beginning again."""
    seconds: float = 5.0
    """Length of one sentence."""
    language: str = "en"


class MemorySpeech:
    """One sentence of the script for every slot that is not silent, its words spread evenly."""

    Options = MemorySpeechOptions
    engine = "memory-speech"

    def __init__(self, options: MemorySpeechOptions = MemorySpeechOptions()):
        self._options = options
        self.capabilities = Capabilities(words=True, diarization=False, languages=frozenset(), streaming=True)

    def transcribe(
        self,
        audio: Audio,
        *,
        language: str | None = None,
        hint: str = "",
        progress: Callable[[float], None] = lambda share: None,
    ) -> Transcript:
        asked = languages.asked(language)
        script = self._options.script
        segments = []
        for number, start, end in sounding_slots(audio, self._options.seconds):
            segments.append(_segment(script[number % len(script)], start, end))
            progress(end / audio.duration)
        progress(1.0)
        spoken = (asked or self._options.language) if segments else ""
        return Transcript(segments=tuple(segments), language=spoken, engine=self.engine)

    def open(self, *, language: str | None = None, hint: str = "", start: float = 0.0) -> MemorySpeechStream:
        """As in the contract; the first sentence is that of the slot in which `start` lies."""
        spoken = languages.asked(language) or self._options.language
        return MemorySpeechStream(self._options.script, self._options.seconds, language=spoken, start=start)

    def probe(self) -> None:
        """Always ready."""


def _segment(sentence: str, start: float, end: float) -> Segment:
    parts = sentence.split()
    step = (end - start) / len(parts)
    words = tuple(
        Word(text=part, start=start + i * step, end=start + (i + 1) * step, confidence=1.0)
        for i, part in enumerate(parts)
    )
    return Segment(text=sentence, start=start, end=words[-1].end, words=words)
