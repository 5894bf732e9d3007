"""A whole visit with each vendor over HTTP: sent once though the answer is lost, its recording understood."""

import pytest

from audio.models import Recording
from integrations.tests.vendors import attendee, recall, vexa
from integrations.tests.vendors.committing import Fault
from integrations.tests.vendors.server import Reply, as_json
from meetings.models import Observer, Segment
from meetings.tests import factories

from .conftest import bot_of, join

pytestmark = [pytest.mark.django_db, pytest.mark.once]

VENDORS = {
    "attendee": (attendee, attendee.AttendeeVendor, "AttendeeBots"),
    "recall": (recall, recall.RecallVendor, "RecallBots"),
    "vexa": (vexa, vexa.VexaVendor, "VexaBots"),
}


@pytest.fixture(params=VENDORS)
def name(request) -> str:
    return request.param


@pytest.fixture
def vendor(name, serve, settings):
    stand_in, server_of, provider = VENDORS[name]
    server = server_of()
    settings.BOT_PRIVATE_RECORDINGS = name != "vexa"  # the tests' server is no public address
    backend = f"integrations.providers.bots.{name}.{provider}"
    serve("bots", backend, base_url=server.url, api_key=stand_in.TOKEN, timeout=0.3)
    yield server
    server.close()
    assert server.violations == []


def has_recorded(name: str, vendor) -> None:
    """The vendor has a recording of its only bot, and the call is over."""
    vendor.route("GET", "/media", lambda asked: Reply(200, factories.wav(3.0)))
    bot = vendor.committed[0]
    url = {"data": {"download_url": f"{vendor.url}/media"}}
    if name == "attendee":
        vendor.media["recording"] = as_json({"url": f"{vendor.url}/media", "start_timestamp_ms": 1})
    elif name == "recall":
        bot["recordings"] = [{"media_shortcuts": {"audio_mixed": url}}]
    else:
        vendor.media = Reply(200, factories.wav(3.0))
        files = [{"id": 9, "type": "audio", "format": "wav"}]
        bot["recordings"] = [{"id": 42, "status": "completed", "media_files": files}]
    vendor.settle(Observer.objects.get().bot_id)


@pytest.mark.parametrize("fault", [Fault.DROPPED_AFTER_COMMIT, Fault.MALFORMED, Fault.HANGS, Fault.TOO_MANY])
def test_whatever_goes_wrong_while_it_is_sent_there_is_one(api, meeting, name, vendor, look, fault):
    vendor.faults = [fault]
    join(api, meeting)
    look(times=5)
    assert len(vendor.committed) == 1
    assert (bot_of(api, meeting)["state"], Observer.objects.get().bot_id == "") == ("joining", False)


def test_what_it_has_recorded_is_the_meetings_sound(api, meeting, name, vendor, look):
    join(api, meeting)
    look()
    has_recorded(name, vendor)
    look(times=2)
    assert bot_of(api, meeting)["sound"] == "fetched"
    assert Recording.objects.get().size == len(factories.wav(3.0))


def test_a_recording_in_a_private_network_is_not_fetched_unless_the_operator_says_so(
    api, meeting, name, vendor, look, settings
):
    if name == "vexa":
        pytest.skip("its recordings lie with itself")
    settings.BOT_PRIVATE_RECORDINGS = False
    join(api, meeting)
    look()
    has_recorded(name, vendor)
    look(times=2)
    told = bot_of(api, meeting)
    assert (told["sound"], Recording.objects.count()) == ("lost", 0)
    assert "not a public address" in told["reason"]
    assert not any(asked.path == "/media" for asked in vendor.asked)


def test_one_that_was_sent_away_leaves_at_the_vendors_too(api, meeting, name, vendor, look):
    join(api, meeting)
    look()
    api.delete(f"/api/v1/meetings/{meeting.pk}")
    look(times=3)
    assert Observer.objects.count() == 0
    left = vendor.committed[0]
    assert left.get("state", left.get("status", "completed")) in ("ended", "completed")


def test_a_vendors_own_words_become_the_transcript_where_it_has_no_sound(api, meeting, name, vendor, look):
    if name != "vexa":
        pytest.skip("these have sound")
    join(api, meeting)
    look()
    vendor.committed[0]["segments"] = [{"speaker": "Maya", "text": "Hello.", "start": 1.5, "end": 2.0}]
    vendor.settle(Observer.objects.get().bot_id)
    look(times=2)
    segment = Segment.objects.get()
    assert (segment.text, segment.start_ms, segment.speaker.name) == ("Hello.", 1500, "Maya")
