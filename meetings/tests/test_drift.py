"""Word times of long recordings: what is heard in the ninth chunk lies where it was said."""

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from django.core.files.storage import default_storage

from audio.models import Track
from integrations.contracts.audio import RATE
from integrations.contracts.speech import Capabilities, Segment, Transcript, Word
from meetings.models import Segment as Row
from meetings.pipeline import runs
from meetings.pipeline.step import RunView
from meetings.pipeline.steps.transcribe import LONGEST_CHUNK, Transcribe

pytestmark = pytest.mark.django_db(transaction=True)

HOURS = 3
CLICKS = [minute * 60 + 0.123 * (minute % 8) for minute in range(HOURS * 60)]
"""Seconds; the last one is a minute before the end."""
LENGTH = 160
"""Samples of a click: 10 ms."""


@dataclass(frozen=True)
class Options:
    """None."""


class ClickSpeech:
    """Hears a word at every click, exactly there, in the times of the sound that it was given."""

    Options = Options
    engine = "clicks"
    capabilities = Capabilities(words=True, diarization=False, languages=frozenset())

    def __init__(self, options: Options):
        """Nothing to choose."""

    def transcribe(self, audio, *, language=None, hint="", progress=lambda share: None) -> Transcript:
        assert audio.duration <= LONGEST_CHUNK
        samples = np.frombuffer(audio.read(0.0, audio.duration), "<i2")
        loud = np.flatnonzero(samples)
        words = [_word(first / RATE) for first in loud[np.diff(loud, prepend=-LENGTH) > 1]]
        return Transcript(tuple(Segment("click", w.start, w.end, (w,)) for w in words), "en", self.engine)

    def probe(self) -> None:
        """Always ready."""


def _word(start: float) -> Word:
    return Word("click", start, start + LENGTH / RATE, 1.0)


@pytest.fixture
def three_hours(meeting) -> Track:
    """A track of silence with a click a minute; its zeros take no room on the disk."""
    path = Path(default_storage.path("tracks/clicks.wav"))
    path.parent.mkdir(parents=True, exist_ok=True)
    size = HOURS * 3600 * RATE * 2
    head = struct.pack(
        "<4sI8sIHHIIHH4sI", b"RIFF", 36 + size, b"WAVEfmt ", 16, 1, 1, RATE, 2 * RATE, 2, 16, b"data", size
    )
    with path.open("wb") as file:
        file.write(head)
        file.truncate(len(head) + size)
        for second in CLICKS:
            file.seek(len(head) + round(second * RATE) * 2)
            file.write(np.full(LENGTH, 9000, "<i2").tobytes())
    return Track.objects.create(
        meeting=meeting,
        run_id=meeting.pk,
        file="tracks/clicks.wav",
        sha256="0" * 64,
        duration_ms=HOURS * 3600 * 1000,
        peaks=b"",
    )


def test_word_times_are_exact_after_three_hours_in_ten_chunks(three_hours, serve):
    serve("speech", f"{__name__}.ClickSpeech")
    run = runs.begin(three_hours.meeting)
    view = RunView(
        run=run,
        meeting=three_hours.meeting,
        outputs={"decode": {"recordings": 1}},
        checkpoint=lambda key, produce: produce(),
        progress=lambda share: None,
    )
    step = Transcribe()
    output = step.work(view)
    step.save(run, output)
    words = [word for row in Row.objects.order_by("position") for word in row.words]
    assert output.figures["chunks"] == 10
    assert [start for _, start, _, _ in words] == [round(second * 1000) for second in CLICKS]
