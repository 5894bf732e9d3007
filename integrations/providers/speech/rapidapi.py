"""Speech by a service on RapidAPI's hub: address, key and host are settings, since every service has its own.

What such services answer has no standard; two shapes are read. Whisper's `verbose_json`:
`{"text", "language", "segments": [{"start", "end", "text", "words"?}]}`, where `language` is a code or an
English name, words are `{"word" or "text", "start", "end", "probability" or "confidence" or "score"}`,
and a segment may name its `speaker`. And plain `{"text"}`, which becomes one segment over all the sound.
Either may stand one level down, under `data`, `result` or `results`. Anything else is Rejected.
"""

import io
import wave
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from integrations.contracts.audio import BYTES_PER_SAMPLE, RATE, Audio
from integrations.contracts.speech import Capabilities, Segment, Transcript, Word
from integrations.errors import Misconfigured, Rejected
from integrations.http import Http
from integrations.providers.speech import languages
from integrations.providers.speech.clock import in_order, seconds
from integrations.providers.speech.flac import WINDOW, flac, silent

VENDOR = "The speech service"
WRAPPERS = ("data", "result", "results")
CERTAINTIES = ("probability", "confidence", "score")
FORMATS = {"flac": "audio/flac", "wav": "audio/wav"}


@dataclass(frozen=True)
class RapidApiOptions:
    url: str = ""
    """The whole address that takes the upload."""
    api_key: str = field(default="", repr=False)
    host: str = ""
    """Value of X-RapidAPI-Host; empty: the host of the address."""
    timeout: float = 600.0
    file_field: str = "file"
    language_field: str = "language"
    """Form field for the language asked for; empty: the service takes none."""
    hint_field: str = ""
    """Form field for names and words to expect (Whisper's is `prompt`)."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Further form fields, such as `response_format`."""
    format: str = "flac"
    """`flac` or `wav`."""
    words: bool = False
    """The service gives word times."""
    diarization: bool = False
    """The service names speakers."""
    parallel: int = 2


class RapidApiSpeech:
    """One multipart upload for each stretch. `engine` is `rapidapi:` and the service's host."""

    Options = RapidApiOptions

    def __init__(self, options: RapidApiOptions):
        self._options = options
        self._host = options.host or urlsplit(options.url).hostname or ""
        self.engine = f"rapidapi:{self._host}"
        self.capabilities = Capabilities(
            words=options.words,
            diarization=options.diarization,
            languages=frozenset(),
            parallel=options.parallel,
        )
        self._http = Http(
            options.url,
            VENDOR,
            headers={"X-RapidAPI-Key": options.api_key, "X-RapidAPI-Host": self._host},
            secrets=(options.api_key,),
            timeout=options.timeout,
        )

    def transcribe(
        self,
        audio: Audio,
        *,
        language: str | None = None,
        hint: str = "",
        progress: Callable[[float], None] = lambda share: None,
    ) -> Transcript:
        asked = languages.asked(language)
        self.probe()
        if silent(audio):
            return Transcript((), "", engine=self.engine)
        sound = _encoded(audio, self._options.format, lambda share: progress(share * 0.1))
        name = f"audio.{self._options.format}"
        answer = self._http.request(
            "POST",
            files={self._options.file_field: (name, sound, FORMATS[self._options.format])},
            data=self._form(asked, hint),
        )
        progress(1.0)
        return self._read(answer.json(), audio.duration, asked)

    def probe(self) -> None:
        """Raise Misconfigured without an address or a key."""
        if not self._options.url or not self._options.api_key:
            raise Misconfigured("Speech by RapidAPI needs RAPIDAPI_SPEECH_URL and RAPIDAPI_KEY.")
        if self._options.format not in FORMATS:
            raise Misconfigured("Speech by RapidAPI sends flac or wav.")

    def _form(self, language: str | None, hint: str) -> dict[str, str]:
        form = dict(self._options.fields)
        if language and self._options.language_field:
            form[self._options.language_field] = language
        if hint.strip() and self._options.hint_field:
            form[self._options.hint_field] = hint
        return form

    def _read(self, answer: Any, duration: float, asked: str | None) -> Transcript:
        found = _unwrapped(answer)
        if isinstance(found.get("segments"), list):
            segments = in_order(_segments(found["segments"]), duration)
        else:
            text = " ".join(found["text"].split())
            segments = (Segment(text, 0.0, duration),) if text else ()
        self._promised(segments)
        language = (asked or languages.told(found.get("language"))) if segments else ""
        return Transcript(segments, language, engine=self.engine)

    def _promised(self, segments: tuple[Segment, ...]) -> None:
        """Hold the service to what the options declare of it."""
        if self._options.words and not all(segment.words for segment in segments):
            raise Rejected(f"{VENDOR} gave no word times, although it is set up to give them.")
        if self._options.diarization and not all(segment.speaker for segment in segments):
            raise Rejected(f"{VENDOR} named no speakers, although it is set up to name them.")


def _unwrapped(answer: Any) -> Mapping[str, Any]:
    inner = [answer.get(key) for key in WRAPPERS] if isinstance(answer, dict) else []
    for found in (answer, *inner):
        if isinstance(found, dict) and (
            isinstance(found.get("segments"), list) or isinstance(found.get("text"), str)
        ):
            return found
    raise Rejected(f"{VENDOR} answered in a shape that is not known: neither segments nor text.")


def _segments(items: list[Any]) -> Iterator[Segment]:
    for item in items:
        given = item if isinstance(item, dict) else {}
        text, start, end = given.get("text"), seconds(given.get("start")), seconds(given.get("end"))
        if not isinstance(text, str) or start is None or end is None:
            raise Rejected(f"{VENDOR} gave a segment without text, start or end.")
        if text.strip():
            speaker = str(given.get("speaker") or "") or None
            yield Segment(" ".join(text.split()), start, end, tuple(_words(given.get("words"))), speaker)


def _words(items: Any) -> Iterator[Word]:
    for item in items if isinstance(items, list) else []:
        if not isinstance(item, dict):
            continue
        text = str(item.get("word") or item.get("text") or "").strip()
        start, end = seconds(item.get("start")), seconds(item.get("end"))
        if text and start is not None and end is not None:
            given = (seconds(item.get(key)) for key in CERTAINTIES)
            yield Word(text, start, end, next((share for share in given if share is not None), 1.0))


def _encoded(audio: Audio, form: str, progress: Callable[[float], None]) -> bytes:
    return flac(audio, progress) if form == "flac" else _wav(audio, progress)


def _wav(audio: Audio, progress: Callable[[float], None]) -> bytes:
    target = io.BytesIO()
    with wave.open(target, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(BYTES_PER_SAMPLE)
        wav.setframerate(RATE)
        start = 0.0
        while start < audio.duration:
            wav.writeframes(audio.read(start, start + WINDOW))
            start += WINDOW
            progress(min(start / audio.duration, 1.0))
    return target.getvalue()
