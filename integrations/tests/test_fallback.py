"""Fallback and retry keep the contracts they wrap, and tell who really served."""

from collections.abc import Callable
from typing import Any

import pytest

from integrations.contracts.audio import Clip
from integrations.contracts.diarization import Diarization
from integrations.contracts.speech import Capabilities, Transcript
from integrations.errors import Misconfigured, ProviderError, Rejected, Unavailable, Unsupported
from integrations.fallback import Fallback, FallbackDiarizer, FallbackLanguage, FallbackSpeech, chain
from integrations.providers.diarization.memory import MemoryDiarizer
from integrations.providers.language.memory import MemoryLanguage
from integrations.providers.speech.memory import MemorySpeech
from integrations.tests.contracts.language import conversation
from integrations.tests.contracts.options import StopHere
from integrations.tests.contracts.speech import SpeechSuite
from integrations.tests.sound import tone


class Failing:
    """Raises what it is given at every call, until there is nothing left; then it serves."""

    Options = MemorySpeech.Options
    engine = "failing"
    capabilities = Capabilities(words=False, diarization=False, languages=frozenset({"de"}), parallel=8)

    def __init__(self, *errors: Exception):
        self.errors = list(errors)
        self.calls = 0

    def transcribe(self, audio: Any, **options: Any) -> Transcript:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return Transcript((), "")

    def probe(self) -> None:
        if self.errors:
            raise self.errors[0]


class TestFallbackSpeech(SpeechSuite):
    @pytest.fixture
    def provider(self) -> Any:
        speech = FallbackSpeech([MemorySpeech(), MemorySpeech()])
        speech.Options = MemorySpeech.Options
        return speech

    def test_the_transcript_names_its_engine(self, provider: Any, transcript: Transcript) -> None:
        assert (provider.engine, transcript.engine) == ("memory-speech|memory-speech", "memory-speech")


CLIP = Clip(tone(1.0))


@pytest.mark.parametrize("kind", [Unavailable, Misconfigured, Rejected, Unsupported])
def test_whatever_the_first_refuses_the_next_is_asked(kind: type[ProviderError]) -> None:
    transcript = FallbackSpeech([Failing(kind("no")), MemorySpeech()]).transcribe(CLIP)
    assert transcript.engine == "memory-speech"
    assert len(transcript.segments) == 1


def test_a_result_without_a_signature_is_signed_by_the_one_that_served() -> None:
    assert FallbackSpeech([Failing(), MemorySpeech()]).transcribe(CLIP) == Transcript((), "", "failing")


def test_the_second_is_not_asked_when_the_first_serves() -> None:
    second = Failing()
    FallbackSpeech([MemorySpeech(), second]).transcribe(CLIP)
    assert second.calls == 0


@pytest.mark.parametrize(
    ("errors", "kind", "words"),
    [
        ([Rejected("a"), Unavailable("b")], Unavailable, "a b"),
        ([Rejected("a"), Misconfigured("b")], Misconfigured, "b"),
        ([Unsupported("a"), Rejected("b", status=400)], Rejected, "b"),
        ([Unsupported("a"), Unsupported("b")], Unsupported, "a"),
    ],
)
def test_when_nobody_serves_the_most_hopeful_error_is_raised(
    errors: list[ProviderError], kind: type[ProviderError], words: str
) -> None:
    with pytest.raises(kind) as failure:
        FallbackSpeech([Failing(error) for error in errors]).transcribe(CLIP)
    assert type(failure.value) is kind
    assert str(failure.value) == words


@pytest.mark.parametrize(("waits", "shortest"), [((30.0, 5.0), 5.0), ((30.0, None), None)])
def test_the_shortest_wish_to_wait_counts(waits: tuple[Any, ...], shortest: float | None) -> None:
    with pytest.raises(Unavailable) as failure:
        FallbackSpeech([Failing(Unavailable("no", retry_after=wait)) for wait in waits]).transcribe(CLIP)
    assert failure.value.retry_after == shortest


def test_what_is_no_providers_error_ends_the_call_at_once() -> None:
    second = Failing()
    with pytest.raises(StopHere):
        FallbackSpeech([Failing(StopHere()), second]).transcribe(CLIP)
    assert second.calls == 0


def test_it_is_ready_when_one_of_them_is() -> None:
    assert FallbackSpeech([Failing(Misconfigured("no key")), MemorySpeech()]).probe() is None
    with pytest.raises(Misconfigured, match="no key"):
        FallbackSpeech([Failing(Misconfigured("no key"))]).probe()


def test_capabilities_are_what_holds_whoever_serves() -> None:
    german = FallbackSpeech([Failing(), Failing()]).capabilities
    assert german == Capabilities(False, False, frozenset({"de"}), 8)
    mixed = FallbackSpeech([Failing(), MemorySpeech()]).capabilities
    assert mixed == Capabilities(False, False, frozenset(), 1)


def test_every_call_of_the_other_contracts_falls_back_too() -> None:
    class Broken:
        engine = "broken"

        def __getattr__(self, name: str) -> Callable[..., Any]:
            def refuse(*args: Any, **options: Any) -> Any:
                raise Unavailable("no")

            return refuse

    language = FallbackLanguage([Broken(), MemoryLanguage()])
    talk = conversation()
    assert language.summarize(talk).engine == "memory-language"
    assert len(language.extract(talk).action_items) == 2
    assert len(language.identify(talk)) == 2
    diarization = FallbackDiarizer([Broken(), MemoryDiarizer()]).diarize(CLIP, speakers=1)
    assert isinstance(diarization, Diarization)
    assert diarization.engine == "memory-diarizer"


def test_one_provider_needs_no_chain_and_none_is_misconfigured() -> None:
    only = MemorySpeech()
    assert chain("speech", [only]) is only
    assert isinstance(chain("speech", [only, only]), FallbackSpeech)
    with pytest.raises(Misconfigured):
        Fallback([])
