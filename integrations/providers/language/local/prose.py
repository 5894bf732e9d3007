"""A summary's parts in words: one bullet each, and together as paragraphs; for `summary`."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from integrations.providers.language.local import topics
from integrations.providers.language.local.quotes import Telling
from integrations.providers.language.local.talk import Talk
from integrations.providers.language.local.topics import Stretch

_PARTS_PER_PARAGRAPH = 3


@dataclass(frozen=True)
class Part:
    """What one bullet says: a topic line, a sentence, or both."""

    stretch: Stretch | None
    """Given only where it has topics; needed without a sentence."""
    telling: Telling | None

    @property
    def index(self) -> int:
        """The sentence of the talk that it rests on."""
        return self.telling.index if self.telling else self.stretch.indices[0]


def bullet(talk: Talk, part: Part) -> str:
    """`Sara talked about the export and the invoices. Sara: "The export is broken."`"""
    quoted = _attributed(talk, part.telling, ":") if part.telling else ""
    return f"{_line(_openings(talk, part)[0], _topics(part))} {quoted}".strip()


def paragraphs(talk: Talk, parts: Sequence[Part]) -> str:
    """The same as prose: no two neighbouring lines begin alike, and a speaker is named once for both."""
    begun: Counter[str | None] = Counter()
    written: list[str] = []
    speaker: str | None = None
    for part in parts:
        openings = _openings(talk, part)
        line = _line(openings[_turn(begun[_by(part)], len(openings))], _definite_last(part))
        begun[_by(part)] += bool(line)
        goes_on = speaker == talk.sentences[part.index].speaker and not line
        said = ":" if not talk.english else " also said:" if goes_on else " said:"
        quoted = _attributed(talk, part.telling, said) if part.telling else ""
        written.append(f"{line} {quoted}".strip())
        speaker = talk.sentences[part.index].speaker
    starts = range(0, len(written), _PARTS_PER_PARAGRAPH)
    return "\n\n".join(" ".join(written[start : start + _PARTS_PER_PARAGRAPH]) for start in starts)


def _by(part: Part) -> str | None:
    return part.stretch.speaker if part.stretch else None


def _turn(before: int, openings: int) -> int:
    """The first opening once, then the others in turn."""
    return 1 + (before - 1) % (openings - 1) if before else 0


def _openings(talk: Talk, part: Part) -> tuple[str, ...]:
    if name := _by(part):
        return f"{name} talked about", f"{name} then turned to", f"{name} also talked about"
    people = list(dict.fromkeys(sentence.speaker for sentence in talk.sentences))
    they, names = ("they", " and ".join(people)) if len(people) == 2 else ("the group", "The group")
    return (
        f"{names} discussed",
        "The conversation then turned to",
        f"{they.capitalize()} also discussed",
        f"After that, {they} discussed",
    )


def _topics(part: Part) -> list[str]:
    """As notes name them, without articles."""
    return [phrase.removeprefix(topics.ARTICLE) for phrase in part.stretch.phrases] if part.stretch else []


def _definite_last(part: Part) -> list[str]:
    """As a sentence names them: `customers, the export and invoices`, one article for all that take one."""
    named = list(part.stretch.phrases) if part.stretch else []
    bare = [phrase for phrase in named if not phrase.startswith(topics.ARTICLE)]
    definite = [phrase.removeprefix(topics.ARTICLE) for phrase in named if phrase not in bare]
    if definite:
        definite[0] = topics.ARTICLE + definite[0]
    return [*bare, *definite]


def _line(opening: str, named: list[str]) -> str:
    """`The group discussed customers, the export and invoices.`; empty without topics."""
    if not named:
        return ""
    *others, last = named
    return f"{opening} {', '.join(others)} and {last}." if others else f"{opening} {last}."


def _attributed(talk: Talk, telling: Telling, said: str) -> str:
    if not telling.quoted:
        return telling.text
    words = telling.text.replace('"', "'")
    return f'{talk.sentences[telling.index].speaker}{said} "{words}"'
