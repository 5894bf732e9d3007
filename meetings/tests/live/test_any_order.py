"""In whatever order connections append, die, return and are fenced: what was acknowledged is what is kept."""

import itertools
from unittest import mock

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from audio.errors import Fenced, StreamClosed
from audio.media.live import LiveFormat
from audio.models import LivePart, LiveStream, StorageDeletion
from audio.selectors import closed_streams
from audio.services import assembly, commits, files, streams
from audio.tests.talking import Connection
from meetings.pipeline import intake
from meetings.tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

MARKS = itertools.count(1)
STEREO = LiveFormat(channels=2)
STORAGES = ("audio.storage.DurableFileSystemStorage", "audio.tests.objects.ObjectStorage")


class Client(Connection):
    """Remembers what it sent since it took the stream over."""

    def __init__(self, stream: LiveStream):
        super().__init__(stream)
        self.base = stream.stored_bytes
        self.sent = b""

    def say(self, size: int) -> None:
        data = next(MARKS).to_bytes(4, "little") * size
        data = data[: max(1, len(data) - size % 4)]
        self.append(data)
        self.sent += data


class Orders(RuleBasedStateMachine):
    """`kept` is what the rows must count: it only ever grows, by what the present connection sent."""

    owner = None

    @initialize()
    def begin(self):
        meeting = factories.meeting(self.owner)
        begun = streams.begin(self.owner, meeting.pk, format=STEREO)
        self.meeting, self.stream_id, self.token = meeting, begun.stream.pk, begun.resume_token
        self.kept = b""
        self.connections = [Client(begun.stream)]
        self.sealed = None

    @property
    def row(self) -> LiveStream:
        return LiveStream.objects.get(pk=self.stream_id)

    @property
    def present(self) -> Client:
        return self.connections[-1]

    @rule(size=st.integers(1, 5), which=st.integers(0, 3))
    def append(self, size, which):
        """The newest connection, or a zombie."""
        self.connections[which % len(self.connections)].say(size)

    @rule(which=st.integers(0, 3))
    def work(self, which):
        self._round(self.connections[which % len(self.connections)])

    @rule(size=st.integers(1, 5), which=st.integers(0, 3))
    def append_and_work(self, size, which):
        self.append(size, which)
        self.work(which)

    @rule()
    def fail_before_the_commit(self):
        """The bytes are in the storage, the rows do not count them; the writer lives and tries again."""
        with mock.patch.object(commits, "_committed", side_effect=OSError("down")):
            self.present.work()

    @rule()
    def die_before_the_commit(self):
        self.fail_before_the_commit()
        self._replace()

    @rule(returns=st.booleans())
    def commit_without_learning_of_it(self, returns):
        """The answer to COMMIT is lost: the same writer repeats it, or its process dies."""

        def silent(tails, real=commits._committed):
            real(tails)
            raise OSError("the answer was lost")

        before = self.row.stored_bytes
        with mock.patch.object(commits, "_committed", silent):
            self.present.work()
        self._grow_by(self.present, self.row.stored_bytes - before)
        if not returns:
            self._replace()

    @rule()
    def resume(self):
        """The older connection does not know, and goes on."""
        try:
            self.connections.append(Client(streams.resume(self.owner, self.token)))
        except StreamClosed:
            assert self.row.state != LiveStream.State.OPEN

    @precondition(lambda self: len(self.kept) > 60)
    @rule()
    def close(self):
        streams.close(self.stream_id, because="tested")

    @rule()
    def assemble_and_die(self):
        for stream in closed_streams(self.meeting.pk):
            assembly.assemble(stream)

    @rule()
    def seal(self):
        intake.add_streams(self.meeting)

    @rule()
    def sweep(self):
        """What is noted to go at once goes in the middle of it all."""
        files.sweep()

    @invariant()
    def the_row_counts_what_is_kept(self):
        assert self.row.stored_bytes == len(self.kept)
        acked = max((c.tail.stored.bytes for c in self.connections), default=0)
        assert acked <= len(self.kept)

    @invariant()
    def no_counted_file_is_to_go(self):
        counted = LivePart.objects.filter(stream=self.stream_id).values("file")
        assert not StorageDeletion.objects.filter(file__in=counted).exists()

    def teardown(self):
        streams.close(self.stream_id, because="tested")
        intake.add_streams(self.meeting)
        intake.add_streams(self.meeting)
        for connection in self.connections:
            connection.say(2)
            connection.work()
            assert isinstance(connection.tail.error, Fenced)
            connection.leave()
        row = self.row
        assert (row.state, row.parts.count()) == (LiveStream.State.SEALED, 0)
        recordings = list(self.meeting.recordings.all())
        assert [row.recording] == (recordings or [None])
        if self.kept:
            with files.local_copy(row.recording.file) as path:
                assert path.read_bytes()[44:] == self.kept
        StorageDeletion.objects.update(not_before=None)
        while files.sweep():
            pass

    def _round(self, connection: Client) -> None:
        before = self.row.stored_bytes
        connection.work()
        grown = self.row.stored_bytes - before
        if grown:
            self._grow_by(connection, grown)
        if connection is self.present and connection.tail.error is None:
            assert connection.tail.stored.bytes == self.row.stored_bytes

    def _grow_by(self, connection: Client, grown: int) -> None:
        start = len(self.kept) - connection.base
        self.kept += connection.sent[start : start + grown]
        assert grown == 0 or connection is self.present

    def _replace(self) -> None:
        if self.row.state == LiveStream.State.OPEN:
            self.connections.pop().leave()
            self.connections.append(Client(streams.resume(self.owner, self.token)))


@pytest.mark.parametrize("storage", STORAGES)
def test_in_any_order_of_events_the_recording_is_what_was_acknowledged(owner, settings, monkeypatch, storage):
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": storage}}
    monkeypatch.setattr(commits, "PAUSE", 0)
    monkeypatch.setattr(Orders, "owner", owner)
    run_state_machine_as_test(
        Orders,
        settings=hypothesis_settings(
            max_examples=20,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
