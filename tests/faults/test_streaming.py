"""SIGKILL of the server while sound streams into it: what was acknowledged is in the recording, each byte.

KILLS in the environment says how often (`make kill-streams`): at random moments, and between the bytes, the
commit and the acknowledgement of the journal.
"""

import contextlib
import json
import os
import random
import threading
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from audio.media.live import LiveFormat
from audio.models import LivePart, LiveStream, Recording, StorageDeletion
from audio.services import files
from meetings.models import Run
from meetings.tests import factories

from .test_apart import post
from .test_serve import is_healthy, served

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

KILLS = int(os.environ.get("KILLS", "3"))
MOMENTS = ("", "journal:written", "journal:committed")
"""At random; bytes stored, not counted; counted, not acknowledged."""
FORMAT = LiveFormat()
FRAME = FORMAT.bytes_of(100)
SOUND = random.Random(4).randbytes(FORMAT.bytes_of(600_000))


class Speaker:
    """Sends SOUND frame by frame, and goes on where it was acknowledged."""

    def __init__(self, token: str, meeting_id):
        self.token, self.meeting_id = token, meeting_id
        self.resume_token = ""
        self.acked_ms = self.acked_bytes = self.at = 0

    @contextlib.contextmanager
    def connected(self, address: str) -> Iterator[ClientConnection]:
        """Begins once the session is told: nothing that was acknowledged may be missing in it."""
        asked = (
            {"resume": self.resume_token, "at_ms": self.acked_ms}
            if self.resume_token
            else {"meeting_id": self.meeting_id, "sample_rate": 16_000, "channels": 1, "transcribe": "false"}
        )
        query = urlencode({"token": self.token, **asked})
        with connect(f"ws{address.removeprefix('http')}/audio/stream?{query}", open_timeout=30) as socket:
            first = json.loads(socket.recv(timeout=30))
            assert first["type"] == "session"
            self.resume_token = first["payload"]["resume_token"] or self.resume_token
            assert first["payload"]["stored_bytes"] >= self.acked_bytes
            self.at = FORMAT.bytes_of(self.acked_ms)
            yield socket

    def speak(self, socket: ClientConnection, *, until=lambda: False) -> None:
        """Ten times as fast as it is spoken, until the connection ends."""
        with contextlib.suppress(ConnectionClosed):
            while not until():
                socket.send(SOUND[self.at : self.at + FRAME])
                self.at += FRAME
                self.listen(socket, 0.01)

    def listen(self, socket: ClientConnection, seconds: float) -> str:
        with contextlib.suppress(TimeoutError):
            message = json.loads(socket.recv(timeout=seconds))
            if message["type"] == "ack":
                assert message["payload"]["stored_bytes"] >= self.acked_bytes
                self.acked_ms = message["payload"]["stored_ms"]
                self.acked_bytes = message["payload"]["stored_bytes"]
            return message["type"]
        return ""

    def finish(self, socket: ClientConnection) -> None:
        socket.send(json.dumps({"type": "close"}))
        while self.listen(socket, 30) != "closed":
            pass


def test_what_was_acknowledged_outlives_every_kill(house, eventually, owner):
    meeting = factories.meeting(owner)
    token = factories.token(owner)
    speaker = Speaker(token, meeting.pk)
    chance = random.Random()
    for number in range(KILLS):
        moment = MOMENTS[number % len(MOMENTS)]
        for mark in house.marks.iterdir():
            mark.unlink()
        with served(house, moment) as (process, address):
            eventually(lambda at=address: is_healthy(at), 60, house.log)
            with speaker.connected(address) as socket:
                before = speaker.acked_bytes
                if not moment:
                    speaker.speak(socket, until=lambda b=before: speaker.acked_bytes > b)
                    threading.Timer(chance.uniform(0, 0.5), process.kill).start()
                speaker.speak(socket)
            house.process = None
            assert process.wait(timeout=30) == -9
    with served(house) as (_, address):
        eventually(lambda: is_healthy(address), 60, house.log)
        with speaker.connected(address) as socket:
            before = speaker.acked_bytes
            speaker.speak(socket, until=lambda: speaker.acked_bytes > before)
            speaker.finish(socket)
        post(f"{address}/api/v1/meetings/{meeting.pk}/complete", token)
    assert_all_is_kept(meeting, speaker)


def assert_all_is_kept(meeting, speaker: Speaker) -> None:
    recording = Recording.objects.get(meeting=meeting)
    with files.local_copy(recording.file) as path:
        sound = path.read_bytes()[44:]
    assert len(sound) >= speaker.acked_bytes > 0
    assert sound == SOUND[: len(sound)]
    stream = LiveStream.objects.get(meeting=meeting)
    assert (stream.state, stream.epoch, stream.recording) == ("sealed", KILLS + 2, recording)
    assert LivePart.objects.count() == 0
    assert Run.objects.filter(meeting=meeting, released_at__isnull=False).count() == 1
    notes = set(StorageDeletion.objects.values_list("file", flat=True))
    assert recording.file not in notes
