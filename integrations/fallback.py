"""Fallbacks that wrap the contracts and are the contracts; the registry builds them.

Only for engines: they read and have no effect outside, so asking somebody else costs time and nothing more.
The pipeline itself asks again (`meetings.pipeline.runner`). Effects (mail, tickets) are never handed to
another vendor: they could happen twice.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from integrations.contracts.audio import Audio
from integrations.contracts.diarization import Diarization, Diarizer
from integrations.contracts.language import Conversation, Findings, Identity, Language, Summary
from integrations.contracts.speech import Capabilities, Speech, Transcript
from integrations.errors import Misconfigured, ProviderError, Rejected, Unavailable, Unsupported

Result = TypeVar("Result")
HOPE = (Unavailable, Misconfigured, Rejected, Unsupported)
"""Kinds of error, the one that leaves most hope for a later call first."""


class Engine(Protocol):
    engine: str

    def probe(self) -> None: ...


class Fallback:
    """Asks each provider in order until one serves.

    Every kind of error moves on, Rejected too: a safety filter, a format or a size that one vendor
    refuses says nothing about the next, and if the input is at fault the last one refuses as well. When
    nobody serves, the error that leaves most hope is raised: Unavailable (with the shortest wish to
    wait), then Misconfigured, Rejected, Unsupported. The result names the engine that served.
    """

    def __init__(self, providers: Sequence[Any]):
        if not providers:
            raise Misconfigured("A fallback needs at least one provider.")
        self.providers = tuple(providers)
        self.engine = "|".join(provider.engine for provider in self.providers)

    def probe(self) -> None:
        """Ready when any of them is; else raises what a call would."""
        self._first(lambda provider: provider.probe())

    def _first(self, call: Callable[[Any], Result]) -> Result:
        errors: list[ProviderError] = []
        for provider in self.providers:
            try:
                return call(provider)
            except ProviderError as error:
                errors.append(error)
        chosen = _most_hopeful(errors)
        raise chosen from (chosen.__cause__ if chosen in errors else errors[0])

    def _signed(self, call: Callable[[Any], Any]) -> Any:
        return self._first(lambda provider: _signed(call(provider), provider))


class FallbackSpeech(Fallback):
    """Speech by the first that serves; promises only what every one of them does."""

    def __init__(self, providers: Sequence[Speech]):
        super().__init__(providers)
        self.capabilities = _shared(provider.capabilities for provider in self.providers)

    def transcribe(
        self,
        audio: Audio,
        *,
        language: str | None = None,
        hint: str = "",
        progress: Callable[[float], None] = lambda share: None,
    ) -> Transcript:
        return self._signed(lambda p: p.transcribe(audio, language=language, hint=hint, progress=progress))


class FallbackDiarizer(Fallback):
    """Diarization by the first that serves."""

    def __init__(self, providers: Sequence[Diarizer]):
        super().__init__(providers)

    def diarize(
        self,
        audio: Audio,
        *,
        speakers: int | None = None,
        progress: Callable[[float], None] = lambda share: None,
    ) -> Diarization:
        return self._signed(lambda p: p.diarize(audio, speakers=speakers, progress=progress))


class FallbackLanguage(Fallback):
    """Language by the first that serves, decided anew for each call."""

    def __init__(self, providers: Sequence[Language]):
        super().__init__(providers)

    def identify(self, conversation: Conversation) -> Sequence[Identity]:
        return self._first(lambda p: p.identify(conversation))

    def summarize(self, conversation: Conversation) -> Summary:
        return self._signed(lambda p: p.summarize(conversation))

    def extract(self, conversation: Conversation) -> Findings:
        return self._signed(lambda p: p.extract(conversation))


FALLBACKS: dict[str, type[Fallback]] = {
    "speech": FallbackSpeech,
    "diarization": FallbackDiarizer,
    "language": FallbackLanguage,
}


def chain(kind: str, providers: Sequence[Any]) -> Any:
    """The engine of a kind: the only provider itself, or a fallback over several in order."""
    return providers[0] if len(providers) == 1 else FALLBACKS[kind](providers)


def _signed(result: Any, provider: Engine) -> Any:
    return result if result.engine else replace(result, engine=provider.engine)


def _most_hopeful(errors: Sequence[ProviderError]) -> ProviderError:
    kind = next(kind for kind in (*HOPE, ProviderError) if any(isinstance(e, kind) for e in errors))
    candidates = [error for error in errors if isinstance(error, kind)]
    if kind is not Unavailable:
        return candidates[0]
    waits = [error.retry_after for error in candidates]
    shortest = None if None in waits else min(waits)
    return Unavailable(" ".join(str(error) for error in errors), retry_after=shortest)


def _shared(capabilities: Iterable[Capabilities]) -> Capabilities:
    """What holds whoever serves; languages are those that any of them can serve."""
    each = list(capabilities)
    anything = any(not one.languages for one in each)
    return Capabilities(
        words=all(one.words for one in each),
        diarization=all(one.diarization for one in each),
        languages=frozenset() if anything else frozenset().union(*(one.languages for one in each)),
        parallel=min(one.parallel for one in each),
    )
