"""What becomes of an observer: it is sent away, it dies, and what it has heard is fetched once."""

from datetime import timedelta

import pytest
from django.db.models import F

from audio.models import Recording
from core import faults
from integrations.contracts.bots import Said
from integrations.models import Effect
from integrations.tests.vendors.server import Reply
from meetings.models import Observer, Run, Segment
from meetings.pipeline import transcripts, watching
from meetings.tests import factories

from .conftest import bot_of, join

pytestmark = pytest.mark.django_db


@pytest.fixture
def present(api, meeting, bots, look):
    """A bot that records."""
    join(api, meeting)
    look()
    bots.move("bots-1", "recording")
    look()
    return meeting


def test_what_it_has_heard_becomes_a_recording_and_is_understood(api, present, bots, look, media, worker):
    bots.move("bots-1", "left", "The call has ended.", recording=f"{media.url}/recording")
    look()
    told = bot_of(api, present)
    assert (told["state"], told["reason"], told["sound"]) == ("left", "The call has ended.", "fetched")
    recording = Recording.objects.get()
    assert (recording.size, recording.filename) == (len(factories.wav(3.0)), "observer.wav")
    assert Run.objects.count() == 1
    look(times=2)
    assert (Recording.objects.count(), len(media.asked)) == (1, 1)
    observer = Observer.objects.get()
    assert (observer.link, observer.ended_at is None) == ("", False)


def test_one_that_was_fetched_before_a_crash_is_not_added_twice(present, bots, look, media, monkeypatch):
    bots.move("bots-1", "left", recording=f"{media.url}/recording")

    def die(point: str) -> None:
        if point == "observer:added":
            raise SystemExit

    with monkeypatch.context() as killed, pytest.raises(SystemExit):
        killed.setattr(faults, "reach", die)
        look()
    assert (Recording.objects.count(), Observer.objects.get().ended_at) == (1, None)
    watching.release_all_leases()
    look()
    assert (Recording.objects.count(), Observer.objects.get().sound) == (1, "fetched")
    assert len(media.asked) == 1


def test_one_that_was_cut_off_while_it_arrived_is_fetched_again(present, bots, look, media, monkeypatch):
    bots.move("bots-1", "left", recording=f"{media.url}/recording")
    media.route("GET", "/recording", lambda asked: Reply(hang_up=True))
    look()
    observer = Observer.objects.get()
    assert (observer.ended_at, observer.failures, Recording.objects.count()) == (None, 1, 0)
    media.route("GET", "/recording", lambda asked: Reply(200, factories.wav(3.0)))
    look()
    assert (Recording.objects.count(), Observer.objects.get().sound) == (1, "fetched")


@pytest.mark.once
@pytest.mark.parametrize(
    ("reply", "most", "says"),
    [
        (Reply(200, b"no sound at all"), 10**6, ""),
        (Reply(200, bytes(5000)), 1000, "larger than the server accepts"),
        (Reply(302, headers={"Location": "http://127.0.0.1:9/recording"}), 10**6, "not a public address"),
        (Reply(302, headers={"Location": "file:///etc/passwd"}), 10**6, "redirects to nowhere"),
    ],
)
def test_what_cannot_be_taken_is_lost_and_said(present, bots, look, media, settings, reply, most, says):
    settings.MAX_AUDIO_FILE_SIZE = most
    media.route("GET", "/recording", lambda asked: reply)
    bots.move("bots-1", "left", recording=f"{media.url}/recording")
    look()
    observer = Observer.objects.get()
    assert (observer.state, observer.sound, Recording.objects.count()) == ("left", "lost", 0)
    assert observer.ended_at is not None
    assert says in observer.reason
    assert observer.reason


def test_where_there_is_text_only_it_is_posted_with_the_names_of_those_who_spoke(present, bots, look, worker):
    said = (Said(0.0, 2.5, "Hello.", "Maya"), Said(3.0, 4.0, "Hi.", "Daniel"), Said(5.0, 6.0, "So.", "Maya"))
    bots.move("bots-1", "left", said=said)
    look(times=2)
    rows = Segment.objects.order_by("position")
    assert [(row.text, row.start_ms, row.end_ms, row.speaker.name) for row in rows] == [
        ("Hello.", 0, 2500, "Maya"),
        ("Hi.", 3000, 4000, "Daniel"),
        ("So.", 5000, 6000, "Maya"),
    ]
    run = Run.objects.get()
    transcripts.replace(run, [], identities=[], voiceprints={})
    assert {row.speaker.name for row in Segment.objects.select_related("speaker")} == {"Maya", "Daniel"}


def test_it_leaves_when_it_is_told_to(api, present, bots, look):
    answer = api.post(f"/api/v1/meetings/{present.pk}/leave")
    assert (answer.status_code, answer.json()["reason"]) == (200, "Its owner had it leave.")
    look(times=2)
    assert [move.payload["state"] for move in bots.moves] == ["recording", "left"]
    assert (bot_of(api, present)["state"], bot_of(api, present)["sound"]) == ("left", "none")
    assert api.post(f"/api/v1/meetings/{present.pk}/leave").status_code == 200


def test_it_never_joins_when_it_was_told_to_leave_before(api, meeting, bots, look):
    join(api, meeting)
    api.post(f"/api/v1/meetings/{meeting.pk}/leave")
    look(times=2)
    assert bots.effects == []
    assert bot_of(api, meeting)["state"] == "left"


def test_one_whose_answer_was_lost_is_found_and_leaves_though_its_meeting_is_gone(api, meeting, serve, look):
    from integrations import registry

    serve("bots", "integrations.providers.bots.memory.MemoryBots", lose_answer=1)
    bots = registry.provider("bots", "chosen")
    join(api, meeting)
    look()
    assert (len(bots.effects), Effect.objects.get().status) == (1, "queued")
    assert api.delete(f"/api/v1/meetings/{meeting.pk}").status_code == 204
    look(times=4)
    assert bots.status("bots-1").state == "left"
    assert Observer.objects.count() == 0


def test_deleting_the_meeting_makes_it_leave_and_nothing_of_it_stays(api, present, bots, look):
    assert api.delete(f"/api/v1/meetings/{present.pk}").status_code == 204
    look(times=2)
    assert bots.status("bots-1").state == "left"
    assert (Observer.objects.count(), Recording.objects.count()) == (0, 0)


def test_deleting_the_account_makes_it_leave(owner, present, bots, look):
    from accounts.services import erasure

    erasure.erase(owner, by=owner)
    look(times=2)
    assert bots.status("bots-1").state == "left"
    assert Observer.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_completing_sends_it_away_and_goes_on_when_its_recording_has_come(
    api, present, bots, look, media, worker
):
    bots.move("bots-1", "recording", recording=f"{media.url}/recording")
    answer = api.post(f"/api/v1/meetings/{present.pk}/complete")
    assert (answer.status_code, answer.json()["status"]) == (202, "processing")
    look(times=2)
    run = Run.objects.get()
    assert run.released_at is not None
    worker.work()
    worker.wait()
    assert api.get(f"/api/v1/meetings/{present.pk}/report").json()["status"] == "completed"


def test_it_leaves_by_itself_when_it_has_stayed_too_long(present, bots, look, settings):
    Observer.objects.update(created_at=F("created_at") - settings.BOT_LONGEST)
    look(times=2)
    assert bots.status("bots-1").state == "left"
    assert Observer.objects.get().reason == "It had stayed for as long as an observer may."


def test_one_that_died_is_told_to_leave_all_the_same(present, bots, look, monkeypatch):
    told = []
    monkeypatch.setattr(bots, "leave", told.append)
    bots.move("bots-1", "failed", "The browser crashed.")
    look(times=2)
    assert told == ["bots-1"]
    assert (Observer.objects.get().state, Observer.objects.get().reason) == ("failed", "The browser crashed.")


def test_one_whose_service_is_silent_about_it_is_given_up_in_the_end(
    present, bots, look, settings, monkeypatch
):
    monkeypatch.setattr(bots, "leave", lambda bot_id: None)
    Observer.objects.update(created_at=F("created_at") - settings.BOT_LONGEST)
    look()
    Observer.objects.update(dismissed_at=F("dismissed_at") - timedelta(days=1))
    look()
    observer = Observer.objects.get()
    assert observer.state == "failed"
    assert "does not say that it has" in observer.reason
