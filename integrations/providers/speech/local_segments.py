"""From Whisper's words to segments: times in order, sentences apart, loops recognised.

Decoding a window at a time gives one text of up to 30 s; readers, diarization and evidence want sentences.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from integrations.contracts.speech import Segment, Word

LONGEST = 15.0
"""Seconds after which a segment is cut at its longest pause."""
PAUSE = 1.0
"""Seconds of silence between two words that end a segment."""
COMPRESSION_OF_A_LOOP = 2.4
"""Text that gzip shrinks further than this repeats itself (Radford et al. 2022, section 4.5)."""
REPEATS_OF_A_LOOP = 4
_ABBREVIATIONS = frozenset({"mr.", "mrs.", "ms.", "dr.", "prof.", "st.", "vs.", "e.g.", "i.e.", "no."})


def in_order(words: Iterable[Word], duration: float) -> list[Word]:
    """The same words with times that never run backwards, overlap or leave the audio (seconds)."""
    ordered: list[Word] = []
    earliest = 0.0
    for word in words:
        start = min(max(word.start, earliest), duration)
        end = min(max(word.end, start), duration)
        ordered.append(replace(word, start=start, end=end))
        earliest = end
    return ordered


def joined(word: Word, rest: Word) -> Word:
    """One word of two parts, as sure as the less certain one."""
    return Word(word.text + rest.text, word.start, rest.end, min(word.confidence, rest.confidence))


def segments(words: Sequence[Word], joint: str = " ") -> list[Segment]:
    """One segment for each sentence, cut further at long pauses and where it is longer than 15 s.

    `joint` stands between two words of the language: a space, or nothing.
    """
    return [_segment(part, joint) for sentence in _sentences(words) for part in _short(sentence)]


def is_loop(text: str, compression: float) -> bool:
    """Whether a decoder repeated itself: the same one to eight words four times on end, or near it."""
    if compression > COMPRESSION_OF_A_LOOP:
        return True
    words = re.findall(r"\w+", text.lower())
    return any(_repeats(words, length) for length in range(1, 9))


def _repeats(words: list[str], length: int) -> bool:
    run = 0
    for here, there in zip(words, words[length:], strict=False):
        run = run + 1 if here == there else 0
        if run >= length * (REPEATS_OF_A_LOOP - 1):
            return True
    return False


def _sentences(words: Sequence[Word]) -> Iterator[list[Word]]:
    sentence: list[Word] = []
    for word in words:
        if sentence and (word.start - sentence[-1].end >= PAUSE or _ends(sentence[-1].text, word.text)):
            yield sentence
            sentence = []
        sentence.append(word)
    if sentence:
        yield sentence


def _ends(text: str, following: str) -> bool:
    if text.endswith(("?", "!", "。", "？", "！", "…")):
        return True
    return text.endswith(".") and text.lower() not in _ABBREVIATIONS and not following[:1].islower()


def _short(words: list[Word]) -> Iterator[list[Word]]:
    """Halve at the longest pause, a comma counting for half a second, until no part is too long."""
    if len(words) < 2 or words[-1].end - words[0].start <= LONGEST:
        yield words
        return
    cut = max(range(1, len(words)), key=lambda place: _pause_before(words, place))
    yield from _short(words[:cut])
    yield from _short(words[cut:])


def _pause_before(words: list[Word], place: int) -> tuple[float, int]:
    pause = words[place].start - words[place - 1].end
    comma = 0.5 if words[place - 1].text.endswith((",", ";", ":")) else 0.0
    # Among equal pauses the one nearest to the middle.
    return pause + comma, -abs(2 * place - len(words))


def _segment(words: list[Word], joint: str) -> Segment:
    return Segment(joint.join(word.text for word in words), words[0].start, words[-1].end, tuple(words))
