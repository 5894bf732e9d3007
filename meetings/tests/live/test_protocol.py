"""What is said over `/audio/stream`, in which order, and what is stored and shown of it."""

import asyncio
import json

import pytest

from audio.live import session
from audio.live.feeding import Feed
from audio.models import LiveStream
from audio.services import parts
from integrations import registry
from integrations.tests.sound import silence, tone
from meetings.consumers import stream as consumer
from meetings.models import Meeting, Segment
from meetings.tests import factories
from meetings.tests.live.talking import Client, talking

pytestmark = pytest.mark.django_db(transaction=True)

FIRST = "I am Maya and this is our weekly meeting."
SECOND = "I am Daniel, the import is running again."


def stored() -> bytes:
    return b"".join(parts.read(LiveStream.objects.get().pk))


def said(token: str, *sound: bytes, **query) -> Client:
    """A whole stream, from its beginning to its end."""

    async def run() -> Client:
        async with talking(token, **query) as client:
            for each in sound:
                await client.send(each)
            await client.close()
        return client

    return asyncio.run(run())


def test_a_stream_from_its_beginning_to_its_end(token, owner, api):
    client = said(token, tone(2.0))
    session, ended = client.of("session")[0], client.of("closed")[0]
    numbers = [message["seq"] for message in client.told]
    assert (numbers[0], numbers) == (1, sorted(set(numbers)))
    assert (client.told[0]["type"], client.told[-1]["type"]) == ("session", "closed")
    assert (session["protocol"], session["stored_ms"], session["transcribe"]) == (1, 0, True)
    assert session["format"] == {"encoding": "pcm_s16le", "sample_rate": 16_000, "channels": 1}
    assert client.finals == [(FIRST, 0.0, 1.0), (SECOND, 1.0, 2.0)]
    meeting = Meeting.objects.get()
    assert ended == {
        "stream_id": session["stream_id"],
        "meeting_id": str(meeting.pk),
        "stored_ms": 2000,
        "stored_bytes": 64_000,
        "segments": 2,
        "duration_ms": 2000,
    }
    assert (meeting.owner, meeting.title) == (owner, "Live meeting")
    stream = LiveStream.objects.get()
    assert (stream.state, stream.stored_bytes, stream.heard_ms) == ("closed", 64_000, 2000)
    assert stored() == tone(2.0)


def test_what_was_said_can_be_read_while_the_meeting_goes_on(token, api):
    async def run() -> None:
        async with talking(token) as client:
            await client.send(tone(2.0))
            await client.say("finalize")
            await client.until("finalized")

    asyncio.run(run())
    shown = api.get(f"/api/v1/transcripts/{Meeting.objects.get().pk}").json()
    assert [(each["text"], each["start"], each["end"]) for each in shown] == [
        (FIRST, 0.0, 1.0),
        (SECOND, 1.0, 2.0),
    ]


def test_speakers_are_named(token):
    client = said(token, tone(2.0), tone(1.0))
    names = {each["segment_id"]: each["speaker"] for each in client.of("transcript")}
    for revision in client.of("speaker_revision"):
        names |= {each["segment_id"]: each["speaker"] for each in revision["segments"]}
    assert list(names.values()) == ["Speaker 1", "Speaker 2", "Speaker 1"]


def test_a_stream_of_a_meeting_of_ones_own_begins_where_earlier_sound_ends(token, meeting, worker):
    factories.add_recording(meeting, factories.wav(4.0))
    client = said(token, tone(1.0), meeting_id=meeting.pk)
    assert client.of("session")[0]["meeting_id"] == str(meeting.pk)
    assert client.finals == [(FIRST, 0.0, 1.0)]
    segment = Segment.objects.get(meeting=meeting)
    assert segment.start_ms >= 4000
    assert segment.end_ms - segment.start_ms == 1000


def test_silence_is_stored_and_no_text(token):
    client = said(token, silence(2.0))
    assert client.of("transcript") == []
    assert (stored(), Segment.objects.count()) == (silence(2.0), 0)


def test_without_transcription_sound_is_only_stored(token, settings):
    settings.LIVE_STREAMS = 1
    client = said(token, tone(2.0), transcribe="false")
    assert (client.of("session")[0]["transcribe"], client.of("transcript")) == (False, [])
    assert stored() == tone(2.0)


def test_without_an_engine_sound_is_stored_and_the_client_warned(token, serve):
    serve("speech")
    client = said(token, tone(2.0))
    assert [each["code"] for each in client.of("warning")] == ["NO_LIVE_TEXT"]
    assert client.of("session")[0]["transcribe"] is False
    assert stored() == tone(2.0)


def test_finalize_makes_the_text_final_and_the_stream_goes_on(token):
    async def run() -> Client:
        async with talking(token) as client:
            await client.send(tone(0.7))
            await client.say("finalize")
            finalized = await client.until("finalized")
            assert finalized == {"stored_ms": 700, "stored_bytes": 22_400, "segments": 1}
            await client.send(tone(1.0))
            await client.close()
        return client

    client = asyncio.run(run())
    assert [(start, end) for _, start, end in client.finals] == [(0.0, 0.7), (0.7, 1.7)]


def test_a_gap_is_silence_and_shifts_no_later_time(token):
    async def run() -> Client:
        async with talking(token) as client:
            await client.send(tone(1.0))
            await client.say("gap", ms=3000)
            await client.send(tone(1.0))
            await client.close()
        return client

    client = asyncio.run(run())
    assert [(start, end) for _, start, end in client.finals] == [(0.0, 1.0), (4.0, 5.0)]
    assert stored() == tone(1.0) + silence(3.0) + tone(1.0)


def test_what_cannot_be_obeyed_is_answered_and_the_stream_goes_on(token, monkeypatch):
    wrong = [
        ("this is no JSON", "CONTROL_UNREADABLE"),
        (json.dumps({"type": "sing"}), "CONTROL_UNKNOWN"),
        (json.dumps({"type": "gap"}), "CONTROL_INVALID"),
        (json.dumps({"type": "gap", "payload": {"ms": 10**9}}), "GAP_TOO_LONG"),
    ]

    async def run() -> Client:
        async with talking(token) as client:
            for text, code in wrong:
                await client.socket.send_to(text_data=text)
                assert (await client.until("error"))["code"] == code
            await client.send(bytes(300_000), piece=300_000)
            assert (await client.until("error"))["code"] == "FRAME_TOO_LARGE"
            await client.send(tone(1.0))
            await client.close()
        return client

    asyncio.run(run())
    assert stored() == tone(1.0)


def test_a_client_that_says_nothing_but_nonsense_is_left(token):
    async def run() -> Client:
        async with talking(token) as client:
            for _ in range(consumer.MOST_ERRORS):
                await client.socket.send_to(text_data="nonsense")
            while await client.next() is not None:
                pass
        return client

    client = asyncio.run(run())
    assert client.closed == (4400, "TOO_MANY_ERRORS")
    assert LiveStream.objects.get().state == "open"


def test_a_client_that_has_fallen_silent_is_left_and_may_come_back(token, monkeypatch):
    monkeypatch.setattr(consumer, "IDLE", 0.05)
    monkeypatch.setattr(consumer, "HEARTBEAT", 0.02)

    async def run() -> Client:
        async with talking(token) as client:
            while await client.next() is not None:
                pass
        return client

    client = asyncio.run(run())
    assert client.closed == (4408, "IDLE")
    assert [each["code"] for each in client.of("warning")] == ["IDLE"]
    assert client.of("heartbeat")[0] == {"lag_ms": 0, "rtf": 0.0, "received_ms": 0, "stored_ms": 0}
    assert LiveStream.objects.get().state == "open"


def test_a_stream_is_closed_when_it_is_as_long_as_one_may_be(token, settings):
    settings.MAX_AUDIO_FILE_SIZE = 40_000

    async def run() -> Client:
        async with talking(token) as client:
            await client.send(tone(2.0))
            while await client.next() is not None:
                pass
        return client

    client = asyncio.run(run())
    assert client.closed == (1000, "STREAM_TOO_LONG")
    assert [each["code"] for each in client.of("error")] == ["STREAM_TOO_LONG"]
    assert stored() == tone(2.0)[:38_400]


def test_text_that_cannot_be_stored_for_a_moment_is_stored_after_it(token, monkeypatch):
    from meetings.consumers import transcript
    from meetings.services import interim

    post, calls = interim.post, []

    def stumbling(*args, **options):
        calls.append(args)
        if len(calls) == 1:
            raise OSError("the database is away")
        return post(*args, **options)

    monkeypatch.setattr(transcript, "PAUSE", 0.01)
    monkeypatch.setattr(interim, "post", stumbling)
    said(token, tone(2.0))
    assert list(Segment.objects.values_list("text", flat=True).order_by("start_ms")) == [FIRST, SECOND]


def test_an_engine_that_stands_still_keeps_no_sound_from_being_stored(token, serve):
    serve("speech", "audio.tests.live.engines.StubbornSpeech")
    engine = registry.live("speech")
    engine.gate.clear()

    async def run() -> Client:
        async with talking(token, speakers="false") as client:
            for _ in range(20):
                await client.send(tone(1.0), piece=32_000)
            await client.until_stored(20_000)
            engine.gate.set()
            await client.close()
        return client

    client = asyncio.run(run())
    assert stored() == tone(1.0) * 20
    assert [end for *_, end in client.finals] == [float(n + 1) for n in range(20)]
    assert engine.hurried[-1] is True


def test_who_speaks_is_not_held_up_by_an_engine_that_stands_still(token, serve, monkeypatch):
    serve("speech", "audio.tests.live.engines.StubbornSpeech")
    monkeypatch.setattr(Feed, "_ahead", 0.0)  # as if it were spoken, though it is sent at once
    monkeypatch.setattr(session, "SETTLING", 0.05)
    engine = registry.live("speech")
    engine.gate.clear()

    async def run() -> Client:
        async with talking(token, speakers="false") as client:
            await client.send(tone(100.0), piece=32_000)
            await client.say("finalize")
            assert (await client.until("finalized"))["stored_ms"] == 100_000
            engine.gate.set()
            monkeypatch.undo()
            await client.say("finalize")
            await client.until("finalized")
            await client.send(tone(2.0))
            await client.close()
        return client

    client = asyncio.run(run())
    assert stored() == tone(100.0) + tone(2.0)
    assert [each["code"] for each in client.of("warning")] == ["NO_LIVE_TEXT"]
    ends = [end for *_, end in client.finals]
    heard = [n for n in ends if n <= 100.0]
    assert heard == [float(n + 1) for n in range(len(heard))]
    assert 50 < len(heard) < 80
    assert ends[-2:] == [101.0, 102.0]
