"""What to keep of Whisper's own texts, and as which words; shared by the offline call and the live stream.

A text is faster-whisper's `Segment`: `text`, `words`, `compression_ratio`, `no_speech_prob`, `avg_logprob`.
"""

from collections.abc import Iterable
from statistics import fmean
from typing import Any

from integrations.contracts.speech import Word

from . import local_segments

NO_SPEECH = 0.6
LIKELY = -1.0
"""Whisper's own two thresholds (Radford et al. 2022, section 4.5): no text where the probability of no speech
is above the one and the mean log probability of the tokens below the other."""
SURELY_NO_SPEECH = 0.9
UNSPACED = frozenset({"zh", "ja", "th", "lo", "my", "yue"})
"""Languages that Whisper writes without spaces."""
GUESSED = 0.15
"""Mean confidence of the words below which a text is made up; real speech of meetings has at least .5."""


def joint(language: str) -> str:
    """What stands between two words of the language: a space, or nothing."""
    return "" if language in UNSPACED else " "


def is_loop(text: Any) -> bool:
    return local_segments.is_loop(text.text, text.compression_ratio)


def is_speech(text: Any) -> bool:
    """Whether somebody said it, as far as Whisper itself tells; the text has at least one word."""
    if text.no_speech_prob > SURELY_NO_SPEECH or fmean(w.probability for w in text.words) < GUESSED:
        return False
    return text.no_speech_prob <= NO_SPEECH or text.avg_logprob >= LIKELY


def words(texts: Iterable[Any], joint: str) -> list[Word]:
    """Words as printed; where spaces part them, a piece without one (`-up`) belongs to the word before it."""
    return [word for text in texts for word in _whole(text.words, joint)]


def _whole(parts: Iterable[Any], joint: str) -> list[Word]:
    words: list[Word] = []
    for part in parts:
        word = Word(part.word.strip(), float(part.start), float(part.end), float(part.probability))
        if words and joint and not part.word.startswith(joint):
            word = local_segments.joined(words.pop(), word)
        if word.text:
            words.append(word)
    return words
