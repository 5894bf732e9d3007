"""A meeting that listens to a live stream of its owner, which belongs to another meeting."""

import pytest

from audio.models import Recording
from audio.services import files, streams
from audio.tests.talking import SECOND, streamed
from meetings.tests import factories

from .conftest import bot_of, join

pytestmark = pytest.mark.django_db


@pytest.fixture
def stream(owner):
    return streamed(factories.meeting(owner))


def sound_of(meeting) -> list[bytes]:
    found = []
    for recording in Recording.objects.filter(meeting=meeting):
        with files.local_copy(recording.file) as path:
            found.append(path.read_bytes()[44:])
    return found


@pytest.mark.parametrize("ends", ["the stream", "the visit"])
def test_what_is_said_there_is_its_sound_too_once(api, owner, stream, look, ends):
    meeting = factories.meeting(owner, code=str(stream.pk))
    assert join(api, meeting).json()["provider"] == "stream"
    look()
    assert (bot_of(api, meeting)["state"], sound_of(meeting)) == ("recording", [])
    if ends == "the stream":
        streams.close(stream.pk, because="closed")
    else:
        api.post(f"/api/v1/meetings/{meeting.pk}/leave")
    look(times=2)
    assert (bot_of(api, meeting)["state"], bot_of(api, meeting)["sound"]) == ("left", "fetched")
    assert sound_of(meeting) == [SECOND]


def test_nobody_listens_to_the_stream_of_somebody_else(stranger, stream):
    from accounts.models import User

    theirs = factories.meeting(User.objects.get(email="stranger@example.org"), code=str(stream.pk))
    answer = join(stranger, theirs)
    assert (answer.status_code, answer.json()["code"]) == (409, "NO_OBSERVER")
