"""Sound in, text out: in order, to the end, whatever the engine does and however late it is."""

import asyncio
from dataclasses import dataclass, field

import pytest

from audio.errors import LiveFull, NoLiveText
from audio.live import admission, ears
from audio.live.backlog import ROOM
from audio.live.hearing import Hearing
from audio.live.told import Heard, SpeakersRevised, Trouble
from audio.media.live import LiveFormat
from integrations import registry
from integrations.tests.sound import silence, tone

STUBBORN = "audio.tests.live.engines.StubbornSpeech"
SCRIPT = (
    "I am Maya and this is our weekly meeting.",
    "I am Daniel, the import is running again.",
    "Decision: The release stays on Thursday.",
)
PATIENCE = 10.0


@dataclass
class Ears:
    """Who is told."""

    told: list = field(default_factory=list)

    async def __call__(self, what) -> None:
        self.told.append(what)

    @property
    def finals(self) -> list[tuple[int, str, float, float]]:
        said = [each.hypothesis for each in self.told if isinstance(each, Heard)]
        return [(h.segment, h.text, round(h.start, 3), round(h.end, 3)) for h in said if h.is_final]

    @property
    def partials(self) -> list[str]:
        said = [each.hypothesis for each in self.told if isinstance(each, Heard)]
        return [h.text for h in said if not h.is_final]

    @property
    def troubles(self) -> list[str]:
        return [each.code for each in self.told if isinstance(each, Trouble)]


@pytest.fixture(autouse=True)
def each_place_is_given_back():
    yield
    assert admission.transcriptions.taken == 0


@pytest.fixture(autouse=True)
def a_sentence_a_second(serve):
    serve("speech", "integrations.providers.speech.memory.MemorySpeech", seconds=1.0)
    serve("diarization", "integrations.providers.diarization.memory.MemoryDiarizer", seconds=1.0)


async def heard(*pieces: bytes, form: LiveFormat | None = None, **how) -> Ears:
    ears = Ears()
    hearing = await Hearing.begin(form or LiveFormat(), tell=ears, **how)
    for piece in pieces:
        await hearing.take(piece)
    await asyncio.wait_for(hearing.end(), PATIENCE)
    return ears


def cut(pcm: bytes, size: int) -> list[bytes]:
    return [pcm[at : at + size] for at in range(0, len(pcm), size)]


def until(condition) -> asyncio.Future:
    async def wait() -> None:
        while not condition():
            await asyncio.sleep(0.005)

    return asyncio.wait_for(wait(), PATIENCE)


@pytest.mark.parametrize("size", [1_111, 6_401, 200_000])
async def test_what_is_said_is_told_in_order_and_final_at_the_end(size):
    ears = await heard(*cut(tone(2.0), size))
    assert ears.finals == [(n, SCRIPT[n], n, n + 1.0) for n in range(2)]
    assert ears.partials == ["I am Maya and", "I am Daniel, the"]
    assert ears.troubles == []


async def test_a_stream_that_goes_on_has_the_times_of_its_beginning():
    ears = await heard(tone(1.0), start_ms=60_000)
    assert [(start, end) for _, _, start, end in ears.finals] == [(60.0, 61.0)]


@pytest.mark.parametrize(
    "form", [LiveFormat("pcm_s16le", 8_000), LiveFormat("pcm_s16le", 48_000, 2)], ids=str
)
async def test_any_rate_lasts_as_long_as_it_lasted(form):
    second = tone(3.0)[: form.frame * form.sample_rate]
    second += bytes(form.frame * form.sample_rate - len(second))
    ears = await heard(*cut(second * 2, 999), form=form)
    assert [(start, round(end, 1)) for _, _, start, end in ears.finals] == [(0.0, 1.0), (1.0, 2.0)]


async def test_silence_is_no_text_and_shifts_nothing():
    ears = await heard(tone(1.0), silence(3.0), tone(1.0))
    assert [(start, end) for _, _, start, end in ears.finals] == [(0.0, 1.0), (4.0, 5.0)]


async def test_what_was_taken_is_final_after_a_flush_and_the_stream_goes_on():
    ears = Ears()
    hearing = await Hearing.begin(LiveFormat(), tell=ears)
    await hearing.take(tone(0.7))
    await hearing.flush()
    assert [(start, end) for _, _, start, end in ears.finals] == [(0.0, 0.7)]
    assert (hearing.lag, hearing.settled_ms) == (0.0, 700)
    await hearing.take(tone(1.0))
    await hearing.end()
    assert [(start, end) for _, _, start, end in ears.finals][1:] == [(0.7, 1.7)]


async def test_speakers_are_named_and_the_names_revised():
    ears = await heard(*cut(tone(3.0), 6_400), speakers=True)
    names = {each.hypothesis.segment: each.speaker for each in ears.told if isinstance(each, Heard)}
    for revised in (each for each in ears.told if isinstance(each, SpeakersRevised)):
        names |= dict(revised.speakers)
    assert names == {0: "Speaker 1", 1: "Speaker 2", 2: "Speaker 1"}


async def test_a_diarizer_that_fails_leaves_the_text(serve):
    serve("diarization", "audio.tests.live.engines.NoFurtherDiarizer")
    ears = await heard(*cut(tone(2.0), 6_400), speakers=True)
    assert ears.troubles == ["NO_LIVE_SPEAKERS"]
    assert len(ears.finals) == 2


async def test_as_many_are_heard_as_there_are_places(settings):
    settings.LIVE_STREAMS = 1
    first = await Hearing.begin(LiveFormat(), tell=Ears())
    with pytest.raises(LiveFull):
        await Hearing.begin(LiveFormat(), tell=Ears())
    first.drop()
    second = await Hearing.begin(LiveFormat(), tell=Ears())
    second.drop()
    second.drop()


@pytest.mark.parametrize(
    ("backend", "sentence"),
    [
        ("", "There is no live text at the moment."),
        ("meetings.tests.engines.FailingSpeech", "The weights of this engine are not installed."),
    ],
)
async def test_without_an_engine_nobody_is_heard_and_no_place_is_taken(serve, backend, sentence):
    serve("speech", backend, **({"error": "misconfigured", "times": 9} if backend else {}))
    with pytest.raises(NoLiveText) as refused:
        await Hearing.begin(LiveFormat(), tell=Ears())
    assert sentence in refused.value.message


async def test_an_engine_that_is_unavailable_for_a_moment_loses_nothing(serve):
    serve("speech", STUBBORN, error="unavailable", failing=(2,))
    ears = Ears()
    hearing = await Hearing.begin(LiveFormat(), tell=ears)
    for piece in cut(tone(3.0), 32_000):
        await hearing.take(piece)
        await hearing.flush()
    await hearing.end()
    assert ears.troubles == ["NO_LIVE_TEXT"]
    assert [segment for segment, *_ in ears.finals] == [0, 1, 2]


async def test_an_engine_that_breaks_takes_back_what_it_cannot_finish_and_begins_anew(serve, monkeypatch):
    monkeypatch.setattr(ears, "AGAIN", 0.0)
    serve("speech", STUBBORN, error="broken", failing=(2,))
    told = Ears()
    hearing = await Hearing.begin(LiveFormat(), tell=told)
    for piece in cut(tone(3.0), 16_000):
        await hearing.take(piece)
        await until(lambda: hearing.lag == 0)
    await hearing.end()
    assert told.troubles == ["NO_LIVE_TEXT"]
    assert "secret" not in str(told.told)
    assert [(number, bool(text), end) for number, text, _, end in told.finals] == [
        (0, False, 0.444),
        (1, True, 2.0),
        (2, True, 3.0),
    ]


async def test_an_engine_that_cannot_be_opened_is_asked_again(serve, monkeypatch):
    monkeypatch.setattr(ears, "AGAIN", 0.0)
    serve("speech", STUBBORN, error="misconfigured", opening=1)
    told = Ears()
    hearing = await Hearing.begin(LiveFormat(), tell=told)
    for piece in cut(tone(3.0), 32_000):
        await hearing.take(piece)
        await until(lambda: hearing.lag == 0)
    await hearing.end()
    assert told.troubles == ["NO_LIVE_TEXT"]
    assert [(start, end) for _, _, start, end in told.finals] == [(1.0, 2.0), (2.0, 3.0)]


async def test_who_brings_sound_faster_than_it_is_heard_is_hurried_and_then_waits(serve):
    serve("speech", STUBBORN)
    engine = registry.live("speech")
    engine.gate.clear()
    told = Ears()
    hearing = await Hearing.begin(LiveFormat(), tell=told)
    await hearing.take(tone(1.0))
    await until(lambda: engine.fed == 1)
    sender = asyncio.create_task(_send(hearing, tone(1.0), times=40))
    await until(lambda: hearing.lag >= ROOM)
    assert not sender.done()
    assert hearing.lag <= ROOM + 2
    engine.gate.set()
    await asyncio.wait_for(sender, PATIENCE)
    await hearing.end()
    assert engine.hurried[:2] == [False, True]
    assert len(told.finals) == 41
    assert all(name.startswith("inference") for name in engine.threads)


async def _send(hearing: Hearing, piece: bytes, *, times: int) -> None:
    for _ in range(times):
        await hearing.take(piece)


async def test_a_stream_that_is_dropped_lets_go_of_who_waits(serve):
    serve("speech", STUBBORN)
    engine = registry.live("speech")
    engine.gate.clear()
    told = Ears()
    hearing = await Hearing.begin(LiveFormat(), tell=told)
    await hearing.take(tone(1.0))
    flushing = asyncio.create_task(hearing.flush())
    await until(lambda: engine.fed == 1)
    waiting = asyncio.gather(flushing, _send(hearing, tone(1.0), times=60), hearing.flush())
    await until(lambda: hearing.lag >= ROOM)
    hearing.drop()
    assert admission.transcriptions.taken == 0
    await asyncio.wait_for(waiting, PATIENCE)
    engine.gate.set()
    assert told.finals == []


async def test_two_streams_get_their_turns_in_order(serve, settings):
    settings.LIVE_STREAMS = 2
    serve("speech", STUBBORN)
    both = [Ears(), Ears()]
    hearings = [await Hearing.begin(LiveFormat(), tell=each) for each in both]
    for piece in cut(tone(2.0), 6_400):
        for hearing in hearings:
            await hearing.take(piece)
    for hearing in hearings:
        await hearing.end()
    assert [each.finals for each in both] == [[(n, SCRIPT[n], n, n + 1.0) for n in range(2)]] * 2
