"""Lost connections: who comes back goes on where it was acknowledged, and nothing is said twice."""

import asyncio
from itertools import pairwise

import pytest

from audio.live import admission
from audio.models import LiveStream
from audio.services import parts, streams
from audio.tests.live.test_containers import recorded
from core.sockets import in_thread
from integrations.tests.sound import silence, tone
from meetings.models import Meeting, Segment
from meetings.tests.live.talking import Client, talking

pytestmark = pytest.mark.django_db(transaction=True)


def stored() -> bytes:
    return b"".join(parts.read(LiveStream.objects.get().pk))


def shown() -> list[tuple[int, int]]:
    return list(Segment.objects.order_by("start_ms").values_list("start_ms", "end_ms"))


def resumed(token: str, before: bytes, after: bytes, **where) -> tuple[Client, Client]:
    """A connection that is lost once `before` is acknowledged, and another that goes on with `after`."""

    async def run() -> tuple[Client, Client]:
        async with talking(token) as lost:
            await lost.send(before)
            await lost.until_stored(len(before) // 32)
        resume = lost.of("session")[0]["resume_token"]
        async with talking(token, resume=resume, **where) as again:
            await again.send(after)
            await again.close()
        return lost, again

    return asyncio.run(run())


def test_a_stream_goes_on_at_the_last_acknowledged_byte(token):
    sound = tone(3.0)
    lost, again = resumed(token, sound[:48_000], sound[48_000:])
    session = again.of("session")[0]
    assert (session["stored_ms"], session["stored_bytes"], session["resume_token"]) == (1500, 48_000, None)
    assert session["stream_id"] == lost.of("session")[0]["stream_id"]
    assert session["first_segment_id"] > max(each["segment_id"] for each in lost.of("transcript"))
    told = {each["start"] * 1000 for each in again.of("transcript")}
    assert 0 <= session["heard_ms"] <= min(told) <= 1000
    assert stored() == sound
    assert shown() == [(0, 1000), (1000, 2000), (2000, 3000)]
    assert Meeting.objects.count() == 1


def test_what_was_acknowledged_and_is_sent_again_counts_once(token):
    sound = tone(3.0)
    _, again = resumed(token, sound[:64_000], sound[32_000:], at_ms=1000)
    assert stored() == sound
    assert again.of("closed")[0]["stored_ms"] == 3000
    assert shown() == [(0, 1000), (1000, 2000), (2000, 3000)]


def test_sound_that_was_lost_is_silence_and_shifts_no_later_time(token):
    _, again = resumed(token, tone(1.0), tone(1.0), at_ms=4000)
    assert stored() == tone(1.0) + silence(3.0) + tone(1.0)
    assert again.of("closed")[0]["stored_ms"] == 5000
    assert shown() == [(0, 1000), (4000, 5000)]


def test_a_gap_that_is_too_long_leaves_the_stream_to_its_connection(token):
    async def run() -> Client:
        async with talking(token) as client:
            resume = client.of("session")[0]["resume_token"]
            far = Client(token, resume=resume, at_ms=streams.LONGEST_GAP_MS + 1)
            assert await far.open() is None
            await client.send(tone(1.0))
            await client.close()
        return far

    far = asyncio.run(run())
    assert far.closed == (4400, "GAP_TOO_LONG")
    assert stored() == tone(1.0)


def test_of_two_connections_with_one_token_the_newer_has_the_stream(token, settings):
    settings.LIVE_STREAMS = 1

    async def run() -> tuple[Client, Client]:
        async with talking(token) as first:
            await first.send(tone(1.0))
            await first.until_stored(1000)
            second = Client(token, resume=first.of("session")[0]["resume_token"])
            opening = asyncio.create_task(second.open())
            while await first.next() is not None:
                pass
            assert await opening
            await second.send(tone(1.0))
            await second.close()
        return first, second

    first, _ = asyncio.run(run())
    assert first.closed == (4409, "REPLACED")
    assert first.of("error")[0]["code"] == "REPLACED"
    assert stored() == tone(2.0)


def test_text_that_was_not_final_when_the_connection_was_lost_is_heard_again(token):
    _, again = resumed(token, tone(1.6), b"")
    assert stored() == tone(1.6)
    assert shown() == [(0, 1000), (1000, 1600)]
    assert again.finals[-1][1:] == (1.0, 1.6)


def test_a_completed_meeting_ends_its_streams(token, api):
    async def run() -> Client:
        async with talking(token) as client:
            await client.send(tone(2.0))
            await client.until_stored(2000)
            meeting = client.of("session")[0]["meeting_id"]
            path = f"/api/v1/meetings/{meeting}/complete"
            answer = asyncio.create_task(in_thread(lambda: api.post(path, HTTP_PREFER="respond-async")))
            while await client.next() is not None:
                pass
            assert (await answer).status_code in (200, 202)
        return client

    client = asyncio.run(run())
    assert client.closed == (1000, "MEETING_COMPLETED")
    assert client.of("closed")[0]["stored_ms"] == 2000
    assert LiveStream.objects.get().state == "sealed"
    assert Meeting.objects.get().recordings.get().duration_ms == 2000


def test_a_stream_that_is_closed_is_not_resumed(token):
    async def run() -> Client:
        async with talking(token) as client:
            await client.send(tone(1.0))
            await client.close()
        late = Client(token, resume=client.of("session")[0]["resume_token"])
        assert await late.open() is None
        return late

    assert asyncio.run(run()).closed == (4409, "STREAM_CLOSED")


@pytest.mark.parametrize("encoding", ["webm", "ogg_opus"])
def test_a_browsers_recording_is_heard_and_goes_on_after_a_loss(token, encoding, serve):
    serve("speech", "integrations.providers.speech.memory.MemorySpeech", seconds=0.5)
    data = recorded(encoding)
    half = len(data) // 2

    async def run() -> Client:
        async with talking(token, encoding=encoding) as lost:
            await lost.send(data[:half], piece=1000)
            await lost.say("finalize")
            finalized = await lost.until("finalized")
            assert (finalized["stored_bytes"], finalized["stored_ms"] > 500) == (half, True)
        async with talking(token, resume=lost.of("session")[0]["resume_token"]) as again:
            assert again.of("session")[0]["stored_bytes"] == half
            await again.send(data[half:], piece=1000)
            await again.close()
        return again

    again = asyncio.run(run())
    stream = LiveStream.objects.get()
    assert (stored(), abs(stream.stored_ms - 2000) <= 20) == (data, True)
    assert abs(again.of("closed")[0]["stored_ms"] - 2000) <= 20
    times = shown()
    assert times == sorted(times)
    assert all(end <= start for (_, end), (start, _) in pairwise(times))
    assert times[-1][1] > 1500


def test_what_is_no_recording_ends_the_connection_and_stays_stored(token):
    async def run() -> Client:
        async with talking(token, encoding="webm") as client:
            await client.send(b"no sound at all")
            while await client.next() is not None:
                pass
        return client

    client = asyncio.run(run())
    assert client.closed == (4400, "NOT_AUDIO")
    assert stored() == b"no sound at all"
    assert admission.transcriptions.taken == 0
