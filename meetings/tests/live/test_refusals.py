"""Who is not let in, with which code, and that nothing is left of it."""

import asyncio
import threading

import pytest

from audio.live import admission
from audio.models import LiveStream
from meetings.models import Meeting
from meetings.services import interim
from meetings.tests import factories
from meetings.tests.live.talking import Client, talking

pytestmark = pytest.mark.django_db(transaction=True)
NOBODYS = "00000000-0000-4000-8000-000000000000"


def refused(token: str, **query) -> Client:
    async def run() -> Client:
        client = Client(token, **query)
        assert await client.open() is None
        return client

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("query", "code", "sentence"),
    [
        ({"encoding": "mp3"}, "UNSUPPORTED_STREAM_FORMAT", "one of pcm_s16le, ogg_opus, webm"),
        ({"sample_rate": "96000"}, "UNSUPPORTED_STREAM_FORMAT", "between 8000 and 48000 Hz"),
        ({"sample_rate": "fast"}, "UNSUPPORTED_STREAM_FORMAT", "must be a whole number"),
        ({"channels": "6"}, "UNSUPPORTED_STREAM_FORMAT", "one channel or two"),
        ({"meeting_id": "mine"}, "STREAM_QUERY_INVALID", "meeting_id must be a UUID."),
        ({"language": "English"}, "STREAM_QUERY_INVALID", "ISO 639-1"),
        ({"transcribe": "perhaps"}, "STREAM_QUERY_INVALID", "must be true or false"),
        ({"at_ms": "-1"}, "STREAM_QUERY_INVALID", "must be a whole number"),
    ],
)
def test_what_is_asked_wrongly_is_refused_with_a_sentence(token, query, code, sentence):
    client = refused(token, **query)
    assert client.closed == (4400, code)
    assert client.of("error")[0]["code"] == code
    assert sentence in client.of("error")[0]["detail"]
    assert (Meeting.objects.count(), LiveStream.objects.count()) == (0, 0)


def test_a_meeting_of_somebody_elses_is_not_there(meeting):
    client = refused(factories.token(factories.person()), meeting_id=meeting.pk)
    assert (client.closed, client.told) == ((4404, "MEETING_NOT_FOUND"), [])
    assert not LiveStream.objects.exists()


@pytest.mark.parametrize("token", ["", "a.b.c"])
def test_without_a_good_token_nothing_begins(token):
    client = refused(token)
    assert (client.closed, client.told) == ((4401, "UNAUTHORIZED"), [])
    assert not Meeting.objects.exists()


@pytest.mark.parametrize(
    ("setting", "query"), [("LIVE_STREAMS", {}), ("LIVE_INGESTS", {"transcribe": "false"})]
)
def test_one_too_many_is_told_to_try_again_later(token, settings, setting, query):
    setattr(settings, setting, 1)

    async def run() -> Client:
        async with talking(token, **query):
            client = Client(token, **query)
            assert await client.open() is None
        return client

    client = asyncio.run(run())
    assert client.closed == (4503, "LIVE_FULL")
    assert "try again later" in client.of("error")[0]["detail"]
    assert (Meeting.objects.count(), LiveStream.objects.count()) == (1, 1)
    asyncio.run(_opens(token, query))


async def _opens(token: str, query: dict) -> None:
    async with talking(token, **query) as client:
        assert client.closed is None


@pytest.mark.parametrize("whose", ["nobody's", "another's"])
def test_a_resume_token_is_worth_nothing_to_others(token, whose):
    async def run() -> Client:
        async with talking(token) as client:
            good = client.of("session")[0]["resume_token"]
        resume = good if whose == "another's" else "x" * 43
        thief = Client(stranger, resume=resume)
        assert await thief.open() is None
        return thief

    stranger = factories.token(factories.person())
    thief = asyncio.run(run())
    assert thief.closed == (4404, "STREAM_NOT_FOUND")
    assert LiveStream.objects.get().epoch == 1


@pytest.mark.parametrize("resuming", [False, True])
def test_a_connection_that_is_given_up_while_it_is_let_in_keeps_no_place(token, monkeypatch, resuming):
    """As Daphne does after ten seconds, while the database does not answer."""
    inside, answers = threading.Event(), threading.Event()

    def slow(*args, real=interim.offset_ms):
        inside.set()
        assert answers.wait(10)
        return real(*args)

    async def run() -> None:
        query = {}
        if resuming:
            async with talking(token) as lost:
                query = {"resume": lost.of("session")[0]["resume_token"]}
        monkeypatch.setattr(interim, "offset_ms", slow)
        client = Client(token, **query)
        opening = asyncio.create_task(client.open())
        assert await asyncio.to_thread(inside.wait, 10)
        assert (admission.ingests.taken, admission.transcriptions.taken) == (1, 1)
        client.socket.future.cancel()
        await asyncio.wait({client.socket.future})
        opening.cancel()
        await asyncio.gather(opening, return_exceptions=True)
        answers.set()
        while admission.ingests.taken or admission.transcriptions.taken:
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(run(), 20))
