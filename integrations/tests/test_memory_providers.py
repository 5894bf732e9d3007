"""The memory providers keep every contract, and their ledger outlives a killed process."""

import multiprocessing
import os
import signal
from pathlib import Path

import pytest

from integrations.contracts.audio import Clip
from integrations.errors import Unavailable
from integrations.providers.calendars.memory import MemoryCalendar
from integrations.providers.chat.memory import MemoryChat
from integrations.providers.diarization.memory import MemoryDiarizer
from integrations.providers.ledger import LedgerOptions, read
from integrations.providers.mail.memory import MemoryMail
from integrations.providers.speech.memory import SCRIPT, MemorySpeech
from integrations.providers.tickets.memory import MemoryTickets
from integrations.tests.contracts.calendars import CalendarSuite, entry
from integrations.tests.contracts.diarization import DiarizerSuite, StreamingDiarizerSuite
from integrations.tests.contracts.effects import ChatSuite, MailSuite
from integrations.tests.contracts.speech import SpeechSuite
from integrations.tests.contracts.tickets import TicketsSuite, draft
from integrations.tests.sound import silence, tone


class TestMemorySpeech(SpeechSuite):
    @pytest.fixture
    def provider(self) -> MemorySpeech:
        return MemorySpeech()

    def test_a_sentence_is_said_in_every_slot_with_sound(self, provider: MemorySpeech) -> None:
        heard = provider.transcribe(Clip(tone(5.0) + silence(5.0) + tone(2.0)))
        assert [(s.text, s.start, s.end) for s in heard.segments] == [
            (SCRIPT[0], 0.0, 5.0),
            (SCRIPT[2], 10.0, 12.0),
        ]

    def test_silence_gives_no_text(self, provider: MemorySpeech) -> None:
        assert provider.transcribe(Clip(silence(20.0))).segments == ()


class TestMemoryDiarizer(DiarizerSuite, StreamingDiarizerSuite):
    @pytest.fixture
    def provider(self) -> MemoryDiarizer:
        return MemoryDiarizer()

    def test_two_speakers_take_turns(self, provider: MemoryDiarizer, twelve_seconds: Clip) -> None:
        turns = provider.diarize(twelve_seconds).turns
        assert [(t.speaker, t.start, t.end) for t in turns] == [
            ("Speaker 1", 0.0, 5.0),
            ("Speaker 2", 5.0, 10.0),
            ("Speaker 1", 10.0, 12.0),
        ]

    def test_a_stream_finds_what_the_whole_recording_has(self, provider: MemoryDiarizer) -> None:
        sound = tone(7.0) + silence(8.0) + tone(6.0)
        stream = provider.open()
        assert stream.feed(sound[: 32_000 * 4]) is None
        assert [turn.end for turn in stream.feed(sound[32_000 * 4 : 32_000 * 11]) or ()] == [5.0, 10.0]
        stream.feed(sound[32_000 * 11 :])
        assert stream.flush() == provider.diarize(Clip(sound)).turns


@pytest.fixture(params=["in the process", "in a file"])
def options(request: pytest.FixtureRequest, tmp_path: Path) -> LedgerOptions:
    return LedgerOptions(path=str(tmp_path / "ledger") if request.param == "in a file" else "")


class TestMemoryTickets(TicketsSuite):
    @pytest.fixture
    def provider(self, options: LedgerOptions) -> MemoryTickets:
        return MemoryTickets(options)


class TestMemoryCalendar(CalendarSuite):
    @pytest.fixture
    def provider(self, options: LedgerOptions) -> MemoryCalendar:
        return MemoryCalendar(options)


class TestMemoryChat(ChatSuite):
    @pytest.fixture
    def provider(self, options: LedgerOptions) -> MemoryChat:
        return MemoryChat(options)


class TestMemoryMail(MailSuite):
    @pytest.fixture
    def provider(self, options: LedgerOptions) -> MemoryMail:
        return MemoryMail(options)


def test_kinds_in_one_file_are_numbered_apart(tmp_path: Path) -> None:
    options = LedgerOptions(path=str(tmp_path / "ledger"))
    assert MemoryCalendar(options).add(entry("c")).url == "memory://calendars/1"
    assert [MemoryTickets(options).open(draft(key)).url for key in "ab"] == [
        "memory://tickets/1",
        "memory://tickets/2",
    ]
    assert [effect.key for effect in read(tmp_path / "ledger")] == ["c", "a", "b"]


def test_the_first_calls_fail_and_do_nothing_when_told_so() -> None:
    tickets = MemoryTickets(LedgerOptions(fail_first=2))
    for _ in range(2):
        with pytest.raises(Unavailable) as failure:
            tickets.open(draft("a"))
        assert failure.value.maybe_done is False
    assert tickets.effects == []
    assert tickets.open(draft("a")).id == "tickets-1"


def test_a_lost_answer_leaves_the_effect_and_says_maybe(tmp_path: Path) -> None:
    options = LedgerOptions(path=str(tmp_path / "ledger"), lose_answer=1)
    with pytest.raises(Unavailable) as failure:
        MemoryTickets(options).open(draft("a"))
    assert failure.value.maybe_done is True
    another = MemoryTickets(options)
    assert [ticket.id for ticket in another.find("a")] == ["tickets-1"]
    assert another.open(draft("b")).id == "tickets-2"


def _open_and_die(path: str) -> None:
    MemoryTickets(LedgerOptions(path=path)).open(draft("a"))
    os.kill(os.getpid(), signal.SIGKILL)


def test_an_effect_outlives_the_process_that_was_killed_after_it(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    child = multiprocessing.get_context("spawn").Process(target=_open_and_die, args=(str(path),))
    child.start()
    child.join(30)
    assert child.exitcode == -signal.SIGKILL
    assert len(path.read_text().splitlines()) == 1
    assert [ticket.id for ticket in MemoryTickets(LedgerOptions(path=str(path))).find("a")] == ["tickets-1"]


def test_a_line_torn_by_a_kill_is_no_effect_and_spoils_no_later_one(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    path.write_text('{"kind": "tickets", "id": "tic')
    tickets = MemoryTickets(LedgerOptions(path=str(path)))
    assert tickets.effects == []
    tickets.open(draft("a"))
    assert [effect.key for effect in tickets.effects] == ["a"]
