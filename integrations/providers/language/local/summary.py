"""A summary of topic lines and the best sentence on each topic, with who said it; called by `provider`.

Extractive on purpose: every sentence is somebody's words, cleaned, so that nothing is invented.
"""

from collections.abc import Iterable, Sequence

from integrations.contracts.language import Finding, Summary
from integrations.providers.language.local import prose, quotes, salience, topics
from integrations.providers.language.local.prose import Part
from integrations.providers.language.local.talk import Talk
from integrations.providers.language.local.topics import Stretch

_WORDS_PER_STRETCH = 80
_MOST_STRETCHES = 8
_PHRASES = 3
_SHORT_SECONDS, _SHORT_LINES, _SHORT_WORDS = 60, 8, 200
_WORDS_PER_QUOTE, _MOST_QUOTES = 50, 3


def summarize(talk: Talk) -> Summary:
    """One bullet per stretch of the conversation, and the same as prose; a few quotes of a short recording.

    Empty where nothing was said.
    """
    if not talk.sentences:
        return Summary("", ())
    return written(talk, _quotes(talk) if _is_short(talk) else parts(talk, stretches(talk)))


def stretches(talk: Talk) -> list[Stretch]:
    """What the conversation falls into: one stretch per minute or so of talk, eight at most."""
    count = max(1, min(_MOST_STRETCHES, _spoken(talk) // _WORDS_PER_STRETCH))
    return topics.stretches(talk, count, _PHRASES)


def parts(talk: Talk, among: Iterable[Stretch]) -> list[Part]:
    """Each stretch's topics with the best sentence on them, or its two best where it has none."""
    found: list[Part] = []
    told: list[str] = []
    for stretch in among:
        about = frozenset(root for phrase in stretch.phrases for root in topics.stems(phrase.lower()))
        wanted = 1 if about else 2
        tellings = salience.best(talk, stretch.indices, wanted, told=told, about=about)
        told += [telling.text for telling in tellings]
        if stretch.phrases:
            found.append(Part(stretch, tellings[0] if tellings else None))
        else:
            found += [Part(None, telling) for telling in sorted(tellings, key=lambda told: told.index)]
    return found or _quotes(talk)


def written(talk: Talk, told: Sequence[Part]) -> Summary:
    """The parts as bullets with their evidence and as paragraphs."""
    bullets = tuple(
        Finding(prose.bullet(talk, part), salience.evidence(talk, (part.index,))) for part in told
    )
    return Summary(prose.paragraphs(talk, told), bullets)


def _is_short(talk: Talk) -> bool:
    """Whether a recording is over before it has topics."""
    lines = talk.conversation.lines
    seconds = max(line.end for line in lines) - min(line.start for line in lines)
    return seconds < _SHORT_SECONDS or (len(lines) < _SHORT_LINES and _spoken(talk) < _SHORT_WORDS)


def _spoken(talk: Talk) -> int:
    return sum(quotes.length(sentence.text) for sentence in talk.sentences)


def _quotes(talk: Talk) -> list[Part]:
    wanted = min(_MOST_QUOTES, 1 + _spoken(talk) // _WORDS_PER_QUOTE)
    return [Part(None, telling) for telling in salience.best_or_any(talk, wanted)]
