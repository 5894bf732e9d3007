"""What a `Hearing` tells its caller while sound comes in."""

from dataclasses import dataclass

from integrations.contracts.speech import Hypothesis


@dataclass(frozen=True)
class Heard:
    """What one segment is taken for so far, and who says it.

    A final without text takes back what was said of the segment: its engine has failed and starts again.
    """

    hypothesis: Hypothesis
    speaker: str | None


@dataclass(frozen=True)
class SpeakersRevised:
    """Segments that were told already are somebody else's: (segment, speaker) each."""

    speakers: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Trouble:
    """Something is missing from now on, or until it works again; sound goes on being taken."""

    code: str
    detail: str


NO_LIVE_TEXT = "NO_LIVE_TEXT"
NO_LIVE_SPEAKERS = "NO_LIVE_SPEAKERS"
Told = Heard | SpeakersRevised | Trouble
