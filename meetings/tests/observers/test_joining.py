"""`/join`: one observer for a meeting, however often and by how many it is asked for."""

import pytest

from integrations.models import Effect
from meetings.models import Meeting, Observer
from meetings.services import joining
from meetings.tests import factories

from .conftest import MEET, bot_of, join

pytestmark = pytest.mark.django_db


def test_an_observer_is_sent_to_where_the_code_says_and_reported_step_by_step(api, meeting, bots, look):
    answer = join(api, meeting)
    assert answer.status_code == 201
    assert (answer.json()["state"], answer.json()["provider"]) == ("joining", "memory")
    look()
    [sent] = bots.effects
    assert (sent.payload["name"], sent.payload["link"]["url"]) == ("Meeting Assistant", MEET)
    assert sent.key == str(Effect.objects.get(kind="bots").pk)
    assert sent.payload["webhook_url"].endswith("/api/v1/hooks/bots/memory")
    for state in ("waiting", "recording"):
        bots.move(sent.id, state)
        look()
        assert bot_of(api, meeting)["state"] == state
    assert bot_of(api, meeting)["started_at"] is not None


def test_joining_twice_is_joining_once(api, meeting, bots, look):
    first = join(api, meeting)
    look()
    for again in (join(api, meeting), join(api, meeting, link="meet.google.com/abc-defg-hij")):
        assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    look()
    assert len(bots.effects) == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_join_at_once_send_one_bot(meeting, bots, beside, look):
    def asked():
        return joining.join(Meeting.objects.select_related("owner").get(pk=meeting.pk))

    both = [beside(asked), beside(asked)]
    joined = [each.result() for each in both]
    assert len({each.observer.pk for each in joined}) == 1
    assert sorted(each.is_new for each in joined) == [False, True]
    look()
    assert (len(bots.effects), Observer.objects.count()) == (1, 1)


def test_an_observer_is_in_one_call_at_a_time(api, meeting, bots, look):
    join(api, meeting)
    answer = join(api, meeting, link="https://zoom.us/j/84315220467")
    assert (answer.status_code, answer.json()["code"]) == (409, "OBSERVER_ELSEWHERE")
    look()
    assert len(bots.effects) == 1


def test_after_it_has_left_another_may_be_sent_to_the_same_call(api, meeting, bots, look):
    join(api, meeting)
    look()
    bots.move("bots-1", "failed", "Nobody let it in.")
    look()
    assert (bot_of(api, meeting)["state"], bot_of(api, meeting)["reason"]) == ("failed", "Nobody let it in.")
    assert join(api, meeting).status_code == 201
    look()
    assert [effect.id for effect in bots.effects] == ["bots-1", "bots-2"]


@pytest.mark.once
@pytest.mark.parametrize(
    ("code", "asked", "says"),
    [
        ("", {}, "neither a code nor a link"),
        ("stand-up", {}, "'stand-up' is no link"),
        ("", {"link": "https://evil.example/j/84315220467"}, "no link of Zoom"),
        (MEET, {"provider": "vexa"}, "There are: memory."),
    ],
)
def test_where_nobody_can_go_the_answer_says_what_to_do(api, owner, code, asked, says):
    meeting = factories.meeting(owner, code=code)
    answer = join(api, meeting, **asked)
    assert (answer.status_code, answer.json()["code"]) == (409, "NO_OBSERVER")
    assert says in answer.json()["detail"]
    assert (Observer.objects.count(), Effect.objects.count()) == (0, 0)


@pytest.mark.once
def test_without_a_service_the_answer_names_the_setting(api, meeting, serve):
    serve("bots")
    answer = join(api, meeting)
    assert answer.status_code == 409
    assert "BOTS_PROVIDER" in answer.json()["detail"]
    assert Observer.objects.count() == 0


def test_of_a_meeting_that_had_none_no_observer_is_found(api, meeting):
    for answer in (
        api.get(f"/api/v1/meetings/{meeting.pk}/bot"),
        api.post(f"/api/v1/meetings/{meeting.pk}/leave"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "OBSERVER_NOT_FOUND")


def test_an_answer_that_was_lost_sends_no_second_bot(api, meeting, serve, look):
    from integrations import registry

    serve("bots", "integrations.providers.bots.memory.MemoryBots", lose_answer=1)
    join(api, meeting)
    look(times=3)
    assert len(registry.provider("bots", "chosen").effects) == 1
    assert Observer.objects.get().bot_id == "bots-1"
