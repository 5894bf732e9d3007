"""Speech by a service on RapidAPI, against a server on localhost."""

import email
import email.policy
import io
import wave
from typing import Any

import pytest

from integrations.contracts.audio import Clip
from integrations.contracts.speech import Segment, Word
from integrations.errors import Misconfigured, Rejected, Unavailable
from integrations.providers.speech import languages
from integrations.providers.speech.rapidapi import RapidApiOptions, RapidApiSpeech
from integrations.tests.contracts.options import SECRET
from integrations.tests.contracts.speech import SpeechSuite
from integrations.tests.sound import silence
from integrations.tests.vendors.server import Asked, Reply, Vendor, as_json

VERBOSE = {
    "task": "transcribe",
    "language": "english",
    "duration": 12.0,
    "text": " Good morning. The release stays.",
    "segments": [
        {
            "id": 0,
            "start": 0.4,
            "end": 3.0,
            "text": " Good morning.",
            "words": [
                {"word": " Good", "start": 0.4, "end": 0.9, "probability": 0.98},
                {"word": " morning.", "start": 0.9, "end": 3.0, "probability": 0.9},
            ],
        },
        {
            "id": 1,
            "start": 3.2,
            "end": 6.5,
            "text": " The release stays.",
            "words": [{"text": "The", "start": 3.2, "end": 3.5, "confidence": 0.5}],
        },
    ],
}


def speech(vendor: Vendor, **options: Any) -> RapidApiSpeech:
    values = {
        "url": vendor.url + "/v1/transcribe?task=x",
        "api_key": SECRET,
        "host": "speech.p.rapidapi.com",
        "timeout": 5.0,
    } | options
    return RapidApiSpeech(RapidApiOptions(**values))


class TestRapidApiSpeech(SpeechSuite):
    @pytest.fixture
    def provider(self, vendor: Vendor) -> RapidApiSpeech:
        vendor.route("POST", "/v1/transcribe", lambda asked: as_json(VERBOSE))
        return speech(vendor, words=True)


class TestPlainRapidApiSpeech(SpeechSuite):
    @pytest.fixture
    def provider(self, vendor: Vendor) -> RapidApiSpeech:
        vendor.route("POST", "/v1/transcribe", lambda asked: as_json({"text": "Good morning."}))
        return speech(vendor)


def form(asked: Asked) -> dict[str, tuple[str | None, str, bytes]]:
    """Name -> (file name, content type, value) of a multipart body."""
    head = f"Content-Type: {asked.headers['content-type']}\r\n\r\n".encode()
    parts = email.message_from_bytes(head + asked.body, policy=email.policy.HTTP).iter_parts()
    return {
        part.get_param("name", header="content-disposition"): (
            part.get_filename(),
            part.get_content_type(),
            part.get_payload(decode=True),
        )
        for part in parts
    }


def test_the_upload_carries_headers_fields_and_sound(vendor: Vendor, twelve_seconds: Clip) -> None:
    vendor.replies = [as_json(VERBOSE)]
    service = speech(
        vendor,
        format="wav",
        file_field="audio",
        hint_field="prompt",
        fields={"response_format": "verbose_json"},
    )
    service.transcribe(twelve_seconds, language="en", hint="Maya")
    [asked] = vendor.asked
    assert (asked.method, asked.path) == ("POST", "/v1/transcribe?task=x")
    assert asked.headers["x-rapidapi-key"] == SECRET
    assert asked.headers["x-rapidapi-host"] == "speech.p.rapidapi.com"
    fields = form(asked)
    name, kind, sound = fields.pop("audio")
    assert (name, kind) == ("audio.wav", "audio/wav")
    with wave.open(io.BytesIO(sound)) as wav:
        assert (wav.getframerate(), wav.getnchannels()) == (16_000, 1)
        assert wav.readframes(wav.getnframes()) == twelve_seconds.pcm
    assert {key: value for key, (_, _, value) in fields.items()} == {
        "response_format": b"verbose_json",
        "language": b"en",
        "prompt": b"Maya",
    }


def test_flac_is_sent_by_default(vendor: Vendor, twelve_seconds: Clip) -> None:
    vendor.replies = [as_json(VERBOSE)]
    speech(vendor).transcribe(twelve_seconds)
    name, kind, sound = form(vendor.asked[0])["file"]
    assert (name, kind, sound[:4]) == ("audio.flac", "audio/flac", b"fLaC")


def test_verbose_json_is_read_with_its_words(vendor: Vendor, twelve_seconds: Clip) -> None:
    vendor.replies = [as_json(VERBOSE)]
    heard = speech(vendor).transcribe(twelve_seconds)
    assert heard.segments == (
        Segment("Good morning.", 0.4, 3.0, (Word("Good", 0.4, 0.9, 0.98), Word("morning.", 0.9, 3.0, 0.9))),
        Segment("The release stays.", 3.2, 6.5, (Word("The", 3.2, 3.5, 0.5),)),
    )
    assert (heard.language, heard.engine) == ("en", "rapidapi:speech.p.rapidapi.com")


@pytest.mark.parametrize("wrapper", ["data", "result", "results"])
def test_an_answer_one_level_down_is_read(vendor: Vendor, twelve_seconds: Clip, wrapper: str) -> None:
    vendor.replies = [as_json({"status": "ok", wrapper: VERBOSE})]
    assert len(speech(vendor).transcribe(twelve_seconds).segments) == 2


def test_plain_text_is_one_segment_over_all_the_sound(vendor: Vendor, twelve_seconds: Clip) -> None:
    vendor.replies = [as_json({"text": " Good\nmorning. "}), as_json({"text": " "})]
    assert speech(vendor).transcribe(twelve_seconds).segments == (Segment("Good morning.", 0.0, 12.0),)
    nothing = speech(vendor).transcribe(twelve_seconds)
    assert (nothing.segments, nothing.language) == ((), "")


def test_speakers_are_passed_on(vendor: Vendor, twelve_seconds: Clip) -> None:
    segment = {"start": "00:01", "end": "00:02", "text": "Hi.", "speaker": "A"}
    vendor.replies = [as_json({"segments": [segment]})]
    assert speech(vendor, diarization=True).transcribe(twelve_seconds).segments == (
        Segment("Hi.", 1.0, 2.0, (), "A"),
    )


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"transcription_id": "t-1"}, "shape that is not known"),
        (["Good morning."], "shape that is not known"),
        ({"text": 7}, "shape that is not known"),
        ({"segments": ["Good morning."]}, "without text, start or end"),
        ({"segments": [{"text": "Good morning."}]}, "without text, start or end"),
    ],
)
def test_an_unknown_shape_is_rejected_with_a_sentence(
    vendor: Vendor, twelve_seconds: Clip, answer: Any, words: str
) -> None:
    vendor.replies = [as_json(answer)]
    with pytest.raises(Rejected, match=words):
        speech(vendor).transcribe(twelve_seconds)


@pytest.mark.parametrize(("declared", "words"), [("words", "no word times"), ("diarization", "no speakers")])
def test_a_service_is_held_to_what_is_declared(
    vendor: Vendor, twelve_seconds: Clip, declared: str, words: str
) -> None:
    vendor.replies = [as_json({"text": "Good morning."})]
    with pytest.raises(Rejected, match=words):
        speech(vendor, **{declared: True}).transcribe(twelve_seconds)


def test_silence_is_not_sent_anywhere(vendor: Vendor) -> None:
    assert speech(vendor).transcribe(Clip(silence(3.0))).segments == ()
    assert vendor.asked == []


def test_a_spent_quota_says_when_to_come_back(vendor: Vendor, twelve_seconds: Clip) -> None:
    vendor.replies = [Reply(429, b'{"message": "Too many requests"}', {"Retry-After": "60"})]
    with pytest.raises(Unavailable) as failure:
        speech(vendor).transcribe(twelve_seconds)
    assert failure.value.retry_after == 60.0


def test_a_refused_key_is_misconfigured_and_not_shown(vendor: Vendor, twelve_seconds: Clip) -> None:
    vendor.replies = [Reply(403, f'{{"message": "{SECRET} is not subscribed"}}'.encode())]
    with pytest.raises(Misconfigured) as failure:
        speech(vendor).transcribe(twelve_seconds)
    assert SECRET not in str(failure.value)


@pytest.mark.parametrize("missing", [{"url": ""}, {"api_key": ""}, {"format": "mp3"}])
def test_missing_options_are_told_offline(vendor: Vendor, missing: dict[str, str]) -> None:
    with pytest.raises(Misconfigured):
        speech(vendor, **missing).probe()


def test_the_host_is_the_addresss_own_where_none_is_set() -> None:
    service = RapidApiSpeech(RapidApiOptions(url="https://whisper.p.rapidapi.com/v1", api_key=SECRET))
    assert service.engine == "rapidapi:whisper.p.rapidapi.com"


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("en", "en"),
        ("en-US", "en"),
        ("pt_BR", "pt"),
        ("English", "en"),
        ("eng", ""),
        ("", ""),
        (None, ""),
        (7, ""),
    ],
)
def test_a_language_is_understood_by_code_and_by_name(told: Any, code: str) -> None:
    assert languages.told(told) == code
