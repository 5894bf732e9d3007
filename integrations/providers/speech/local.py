"""Whisper on this machine's processor (faster-whisper, CTranslate2, int8): no key, no server, no network.

Windows of speech are decoded in batches without the previous text as context (which breeds loops), and what
the model itself calls no speech is dropped. One model instance serves all threads of a process; with `base`
it peaks at about 700 MB, and 0.1 MB more for each second of audio in a call.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from integrations.contracts.audio import RATE, Audio
from integrations.contracts.speech import Capabilities, Transcript
from integrations.errors import Misconfigured, Unsupported

from . import live_options, local_segments, local_texts
from .local_faults import faults

if TYPE_CHECKING:
    import numpy as np

    from .live import WhisperStream
    from .local_regions import Span

SHORTEST = 0.1
"""Seconds below which there is nothing to hear."""
FILES = ("model.bin", "config.json", "tokenizer.json")

_models: dict[tuple[str, int], Any] = {}
_loading = Lock()


@dataclass(frozen=True)
class Options:
    weights: str
    """The folder that holds one folder of CTranslate2 weights for each model."""
    model: str = "whisper-base"
    threads: int = 0
    """0 takes all cores that this process may use."""
    beam_size: int = 5
    batch_size: int = 4
    """Windows decoded together."""
    speech_threshold: float = 0.2
    """Silero's probability above which sound is worth decoding; lower keeps quieter speakers."""
    live: live_options.Live = field(default_factory=live_options.Live)


class WhisperSpeech:
    """Keeps `contracts.speech.StreamingSpeech`."""

    Options = Options

    def __init__(self, options: Options):
        self._options = options
        self.engine = f"{options.model}-int8"
        english = frozenset({"en"}) if options.model.endswith(".en") else frozenset()
        self.capabilities = Capabilities(words=True, diarization=False, languages=english, streaming=True)

    def transcribe(
        self,
        audio: Audio,
        *,
        language: str | None = None,
        hint: str = "",
        progress: Callable[[float], None] = lambda share: None,
    ) -> Transcript:
        """As in the contract. A clip below 0.1 s has no text. Loads the model on first use.

        `hint` is left unused: as hotwords it made `base` skip whole sentences of a clear recording.
        """
        model = self._model_for(language)
        if audio.duration < SHORTEST:
            return Transcript((), "", self.engine)
        return self._decode(_Call(model, _samples(audio), language, progress))

    def open(self, *, language: str | None = None, hint: str = "", start: float = 0.0) -> "WhisperStream":
        """As in the contract; `hint` is left unused here too."""
        from .live import WhisperStream
        from .short_windows import ShortWindows

        model = self._model_for(language)
        windows = ShortWindows(model, self.engine, self._options.live.beam_size)
        return WhisperStream(windows, self._options.live, language=language or "", start=start)

    def probe(self) -> None:
        """Misconfigured when weights or packages are missing."""
        from importlib.util import find_spec

        if find_spec("faster_whisper") is None:
            raise Misconfigured("The package faster-whisper is not installed.")
        missing = [name for name in FILES if not (self._folder / name).is_file()]
        if missing:
            raise Misconfigured(
                f"The weights of {self._options.model} are not complete in {self._options.weights} "
                f"({', '.join(missing)} missing): "
                f"`python -m integrations.weights fetch {self._options.model}` fetches them."
            )

    @property
    def _folder(self) -> Path:
        return Path(self._options.weights) / self._options.model

    def _refuse(self, language: str | None) -> None:
        known = self.capabilities.languages
        if language and known and language not in known:
            raise Unsupported(f"{self.engine} knows only {', '.join(sorted(known))}, not {language!r}.")

    def _model_for(self, language: str | None) -> Any:
        """The model, once it is clear that it knows the language."""
        self._refuse(language)
        model = self._model()
        if language and language not in model.supported_languages:
            raise Unsupported(f"{self.engine} does not know the language {language!r}.")
        return model

    def _model(self) -> Any:
        key = str(self._folder.resolve()), self._options.threads
        with _loading:
            if key not in _models:
                self.probe()
                _models[key] = _load(*key)
            return _models[key]

    def _decode(self, call: "_Call") -> Transcript:
        from .local_regions import windows

        with faults(self.engine):
            spans = windows(call.samples, self._options.speech_threshold)
        if not spans:
            return Transcript((), "", self.engine)
        texts, language = self._texts(call, spans, language=call.language)
        kept = [text for text in texts if not local_texts.is_loop(text)]
        if len(kept) < len(texts):
            looping = [_window_of(text, spans) for text in texts if local_texts.is_loop(text)]
            again, _ = self._texts(call, looping, language=language, no_repeat_ngram_size=3)
            kept += [text for text in again if not local_texts.is_loop(text)]
            kept.sort(key=lambda text: text.seek)
        joint = local_texts.joint(language)
        words = local_texts.words(
            (text for text in kept if text.words and local_texts.is_speech(text)), joint
        )
        found = tuple(local_segments.segments(local_segments.in_order(words, call.duration), joint))
        return Transcript(found, language if found else "", self.engine)

    def _texts(self, call: "_Call", spans: "list[Span]", **how: Any) -> tuple[list[Any], str]:
        """Whisper's own segments, one for each span, and the language."""
        from faster_whisper import BatchedInferencePipeline

        with faults(self.engine):
            # A pipeline holds state of the call, the model none.
            decoding, info = BatchedInferencePipeline(call.model).transcribe(
                call.samples,
                clip_timestamps=[{"start": span.start, "end": span.end} for span in spans],
                beam_size=self._options.beam_size,
                batch_size=self._options.batch_size,
                word_timestamps=True,
                language_detection_segments=3,
                **how,
            )
        texts: list[Any] = []
        while (text := self._next(decoding)) is not None:
            texts.append(text)
            call.advance(text.end)
        return texts, info.language

    def _next(self, decoding: Iterator[Any]) -> Any:
        with faults(self.engine):
            return next(decoding, None)


@dataclass
class _Call:
    """One call's sound and wishes."""

    model: Any
    samples: "np.ndarray"
    language: str | None
    progress: Callable[[float], None]
    done: float = 0.0

    @property
    def duration(self) -> float:
        return len(self.samples) / RATE

    def advance(self, end: float) -> None:
        """Tell the caller; a window that is decoded again does not set the share back."""
        self.done = min(1.0, max(self.done, end / self.duration))
        self.progress(self.done)


def _load(folder: str, threads: int) -> Any:
    from faster_whisper import WhisperModel

    try:
        return WhisperModel(
            folder,
            device="cpu",
            compute_type="int8",
            cpu_threads=threads or _cores(),
            local_files_only=True,
        )
    except (RuntimeError, ValueError) as fault:
        raise Misconfigured(f"The weights in {folder} cannot be loaded: {fault}") from fault


def _cores() -> int:
    """Those that this process may use, where the system tells."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _samples(audio: Audio) -> "np.ndarray":
    import numpy as np

    pcm = np.frombuffer(audio.read(0.0, audio.duration), dtype="<i2")
    return pcm.astype(np.float32) / 32768


def _window_of(text: Any, spans: "list[Span]") -> "Span":
    """The window that a text was decoded from; Whisper counts its start in hundredths of a second."""
    return min(spans, key=lambda span: abs(span.start - text.seek / 100))
