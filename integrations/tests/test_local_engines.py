"""The engines of this machine keep the same contracts as every vendor; on the shipped sample's sound."""

from pathlib import Path

import pytest

from integrations.contracts.audio import RATE, Clip
from integrations.contracts.diarization import Diarization, Turn
from integrations.contracts.language import Conversation
from integrations.providers.diarization.local import Community1Diarizer
from integrations.providers.language.local import LocalLanguage
from integrations.tests.contracts.diarization import DiarizerSuite, StreamingDiarizerSuite, streamed
from integrations.tests.contracts.language import LanguageSuite, conversation
from integrations.tests.sound import decoded

ROOT = Path(__file__).parents[2]
WEIGHTS = ROOT / "weights"


@pytest.fixture(scope="session")
def eleven_seconds() -> Clip:
    """The beginning of the shipped sample: two voices."""
    return Clip(decoded(ROOT / "samples" / "weekly-sync.opus")[: 11 * RATE * 2])


@pytest.fixture(scope="session")
def diarizer() -> Community1Diarizer:
    return Community1Diarizer(Community1Diarizer.Options(weights=str(WEIGHTS / "community-1"), threads=1))


@pytest.fixture(scope="session")
def diarized(diarizer: Community1Diarizer, eleven_seconds: Clip) -> Diarization:
    """Once for all tests that only look at it: a diarization costs seconds."""
    return diarizer.diarize(eleven_seconds)


@pytest.fixture(scope="session")
def diarized_live(diarizer: Community1Diarizer, eleven_seconds: Clip) -> list[tuple[Turn, ...]]:
    return streamed(diarizer, eleven_seconds)


@pytest.mark.engines
class TestCommunity1Diarizer(DiarizerSuite, StreamingDiarizerSuite):
    @pytest.fixture
    def provider(self, diarizer: Community1Diarizer) -> Community1Diarizer:
        return diarizer

    @pytest.fixture
    def spoken(self, eleven_seconds: Clip) -> Clip:
        return eleven_seconds

    @pytest.fixture
    def diarization(self, diarized: Diarization) -> Diarization:
        return diarized

    @pytest.fixture
    def answers(self, diarized_live: list[tuple[Turn, ...]]) -> list[tuple[Turn, ...]]:
        return diarized_live


class TestLocalLanguage(LanguageSuite):
    @pytest.fixture
    def provider(self) -> LocalLanguage:
        return LocalLanguage()

    @pytest.fixture
    def talk(self) -> Conversation:
        return conversation(
            (
                ("Speaker 1", "Good morning everyone, I'm Maya, and this is our weekly meeting."),
                ("Speaker 2", "Morning. This is Daniel, the import is running again."),
                ("Speaker 1", "Great. So we decided that the release stays on Thursday."),
                ("Speaker 1", "Daniel, can you update the runbook by Wednesday?"),
                ("Speaker 2", "Sure, I'll do that. And I will call the customer tomorrow."),
                ("Speaker 1", "Who is going to test the export?"),
                ("Speaker 2", "I don't know yet."),
            )
        )
