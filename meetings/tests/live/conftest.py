"""What all tests of live streams have in common."""

import pytest

from audio.live import admission
from meetings.tests import factories


@pytest.fixture(autouse=True)
def a_sentence_a_second(serve):
    serve("speech", "integrations.providers.speech.memory.MemorySpeech", seconds=1.0)
    serve("diarization", "integrations.providers.diarization.memory.MemoryDiarizer", seconds=1.0)


@pytest.fixture(autouse=True)
def each_place_is_given_back():
    yield
    assert (admission.ingests.taken, admission.transcriptions.taken) == (0, 0)


@pytest.fixture(autouse=True)
def hints_are_collected(worker):
    return worker


@pytest.fixture
def token(owner) -> str:
    return factories.token(owner)
