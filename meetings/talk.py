"""Figures about the talk itself: who spoke how long, how often, how fast."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Said:
    """A segment, as far as it counts here; times in milliseconds."""

    speaker: str
    start_ms: int
    end_ms: int
    words: int


@dataclass
class Talk:
    """One speaker's part. A turn lasts until somebody else speaks."""

    speaker: str
    talk_seconds: float = 0.0
    share: float = 0.0
    turns: int = 0
    words: int = 0
    words_per_minute: float = 0.0
    longest_turn_seconds: float = 0.0
    first_spoke_at: float = 0.0


@dataclass
class Analysis:
    duration_seconds: float
    talk_seconds: float = 0.0
    silence_seconds: float = 0.0
    words: int = 0
    words_per_minute: float = 0.0
    turns: int = 0
    speakers: list[Talk] = field(default_factory=list)

    def as_dict(self) -> dict:
        return asdict(self)


def analyse(said: Iterable[Said], *, duration_seconds: float) -> Analysis:
    """Talk time counts speech of each speaker; overlapping speech counts for each who speaks."""
    parts: dict[str, Talk] = {}
    previous, turn_start, spoken_until, covered = None, 0, 0, 0
    for each in said:
        talk = parts.setdefault(each.speaker, Talk(each.speaker, first_spoke_at=each.start_ms / 1000))
        if each.speaker != previous:
            talk.turns += 1
            turn_start, previous = each.start_ms, each.speaker
        talk.talk_seconds += (each.end_ms - each.start_ms) / 1000
        talk.words += each.words
        talk.longest_turn_seconds = max(talk.longest_turn_seconds, (each.end_ms - turn_start) / 1000)
        covered += max(0, each.end_ms - max(each.start_ms, spoken_until))
        spoken_until = max(spoken_until, each.end_ms)
    return _totals(parts, covered / 1000, max(duration_seconds, spoken_until / 1000))


def _totals(parts: dict[str, Talk], covered: float, duration: float) -> Analysis:
    total = sum(talk.talk_seconds for talk in parts.values())
    for talk in parts.values():
        talk.share = round(talk.talk_seconds / total, 4) if total else 0.0
        talk.words_per_minute = _pace(talk.words, talk.talk_seconds)
        talk.talk_seconds = round(talk.talk_seconds, 3)
        talk.longest_turn_seconds = round(talk.longest_turn_seconds, 3)
    words = sum(talk.words for talk in parts.values())
    return Analysis(
        duration_seconds=round(duration, 3),
        talk_seconds=round(total, 3),
        silence_seconds=round(max(0.0, duration - covered), 3),
        words=words,
        words_per_minute=_pace(words, covered),
        turns=sum(talk.turns for talk in parts.values()),
        speakers=sorted(parts.values(), key=lambda talk: -talk.talk_seconds),
    )


def _pace(words: int, seconds: float) -> float:
    return round(words / seconds * 60, 1) if seconds else 0.0
