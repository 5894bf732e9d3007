"""A summary of topic lines and the best sentence on each topic, with who said it; called by `provider`.

Extractive on purpose: every sentence is somebody's words, cleaned, so that nothing is invented.
"""

from collections.abc import Sequence

from integrations.contracts.language import Finding, Summary
from integrations.providers.language.local import salience, topics
from integrations.providers.language.local.talk import Talk
from integrations.providers.language.local.topics import Stretch

_WORDS_PER_STRETCH = 80
_MOST_STRETCHES = 8
PHRASES = 3
_STRETCHES_PER_PARAGRAPH = 3


def summarize(talk: Talk) -> Summary:
    """One bullet per stretch of the conversation, and the same as prose; empty where nothing was said."""
    if not talk.sentences:
        return Summary("", ())
    bullets: list[Finding] = []
    for stretch in topics.stretches(talk, count(talk), PHRASES):
        bullet = _bullet(talk, stretch, [bullet.text for bullet in bullets])
        if bullet:
            bullets.append(bullet)
    return Summary(_prose([bullet.text for bullet in bullets]), tuple(bullets))


def count(talk: Talk) -> int:
    """How many stretches a conversation is summed up in: one per minute or so of talk, eight at most."""
    spoken = sum(sentence.words for sentence in talk.sentences)
    return max(1, min(_MOST_STRETCHES, spoken // _WORDS_PER_STRETCH))


def _bullet(talk: Talk, stretch: Stretch, told: Sequence[str]) -> Finding | None:
    best = salience.best(talk, stretch.indices, 1, told=told)
    line = topic_line(stretch)
    quote = [_attributed(talk, i, text) for i, text in best]
    text = " ".join(part for part in (line, *quote) if part)
    if not text:
        return None
    support = [i for i, _ in best] or [stretch.indices[0]]
    return Finding(text, talk.evidence(support, salience.confidence(talk, support[0])))


def topic_line(stretch: Stretch) -> str:
    """`The group discussed batches, invoices and the release window.`; empty when no phrase stands out."""
    if not stretch.phrases:
        return ""
    *others, last = stretch.phrases
    listed = f"{', '.join(others)} and {last}" if others else last
    return f"{stretch.speaker} presented {listed}." if stretch.speaker else f"The group discussed {listed}."


def _attributed(talk: Talk, i: int, text: str) -> str:
    speaker = talk.sentences[i].speaker
    return text if speaker in text else f"{speaker}: {text}"


def _prose(texts: Sequence[str]) -> str:
    paragraphs = [
        " ".join(texts[start : start + _STRETCHES_PER_PARAGRAPH])
        for start in range(0, len(texts), _STRETCHES_PER_PARAGRAPH)
    ]
    return "\n\n".join(paragraphs)
