"""Gives every word of a transcript to a voice of the diarization, and cuts the text where the voice changes.

A pure function without Django, called by the pipeline's `attribute` step. Whose a word is, live streams
decide in the same way: `audio.attribution`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from audio import attribution
from integrations.contracts.diarization import Diarization, Turn
from integrations.contracts.speech import Segment, Word

UTTERANCE = 12.0
"""Seconds up to which sentences of one voice stay together."""
SILENCE = 2.0
"""Seconds of pause that end an utterance in any case."""
LONGEST = 30.0
"""Seconds from which even a single sentence is cut, at its longest pauses."""
UNKNOWN_CONFIDENCE = 0.5
"""Of words that the recogniser gave no times and no probability for."""


@dataclass(frozen=True)
class AttributedSegment:
    """What one person says without interruption: a sentence or a few."""

    speaker: str
    """`Speaker 1`... in order of appearance in the transcript."""
    voice: str | None
    """The label of the same person in the diarization that was handed in; None when it knows no one."""
    text: str
    start: float
    """Seconds from the beginning of the recording."""
    end: float
    words: tuple[Word, ...]
    confidence: float
    """Mean of the words' probabilities, 0 to 1."""


@dataclass(frozen=True)
class _Spoken:
    word: Word
    gap: str
    """What the text has between the word before and this one: a space, or nothing (as in Chinese)."""


def attribute(segments: Sequence[Segment], diarization: Diarization) -> list[AttributedSegment]:
    """Segments with a speaker each, in the order of the words; no word is lost, added or moved.

    Where the diarization has no turns, the speakers that the recogniser itself named are taken, and
    where it named none, one person said everything. Segments without words have theirs spread evenly
    over their time.
    """
    spoken = [each for segment in segments for each in _spoken(segment)]
    turns = diarization.turns or _named_by_the_recogniser(segments)
    voices = attribution.voices([each.word for each in spoken], attribution.stretches(turns))
    names: dict[str | None, str] = {}
    result = []
    for voice, run in groupby(zip(voices, spoken, strict=True), key=lambda pair: pair[0]):
        speaker = names.setdefault(voice, f"Speaker {len(names) + 1}")
        for utterance in _utterances([each for _, each in run]):
            result.append(_attributed(utterance, speaker, voice))
    return result


def _attributed(spoken: Sequence[_Spoken], speaker: str, voice: str | None) -> AttributedSegment:
    words = tuple(each.word for each in spoken)
    return AttributedSegment(
        speaker=speaker,
        voice=voice,
        text="".join(each.gap + each.word.text for each in spoken).strip(),
        start=min(word.start for word in words),
        end=max(word.end for word in words),
        words=words,
        confidence=sum(word.confidence for word in words) / len(words),
    )


# Words


def _spoken(segment: Segment) -> Iterable[_Spoken]:
    position = 0
    for word in segment.words or _spread(segment):
        found = segment.text.find(word.text, position, position + len(word.text) + 2)
        glued = found == position and position > 0
        yield _Spoken(word, "" if glued else " ")
        position = found + len(word.text) if found >= 0 else position


def _spread(segment: Segment) -> tuple[Word, ...]:
    """The text's words over the segment's time, each as long as it has letters."""
    texts = segment.text.split()
    letters = sum(map(len, texts))
    words, done = [], 0
    for text in texts:
        start = segment.start + (segment.end - segment.start) * done / letters
        done += len(text)
        end = segment.start + (segment.end - segment.start) * done / letters
        words.append(Word(text, start, end, UNKNOWN_CONFIDENCE))
    return tuple(words)


# Voices


def _named_by_the_recogniser(segments: Sequence[Segment]) -> tuple[Turn, ...]:
    return tuple(Turn(each.start, each.end, each.speaker) for each in segments if each.speaker)


# Utterances


def _utterances(spoken: list[_Spoken]) -> Iterable[list[_Spoken]]:
    """One voice's words cut into sentences, as many together as UTTERANCE holds."""
    utterance: list[_Spoken] = []
    for sentence in _sentences(spoken):
        if utterance and not _belong_together(utterance, sentence):
            yield from _halved(utterance)
            utterance = []
        utterance += sentence
    yield from _halved(utterance)


def _belong_together(utterance: list[_Spoken], sentence: list[_Spoken]) -> bool:
    pause = sentence[0].word.start - utterance[-1].word.end
    return pause < SILENCE and sentence[-1].word.end - utterance[0].word.start <= UTTERANCE


def _sentences(spoken: list[_Spoken]) -> Iterable[list[_Spoken]]:
    begin = 0
    for index, (before, after) in enumerate(pairwise(spoken), start=1):
        ends = attribution.ends_sentence(before.word)
        if ends or after.word.start - before.word.end >= SILENCE:
            yield spoken[begin:index]
            begin = index
    yield spoken[begin:]


def _halved(utterance: list[_Spoken]) -> Iterable[list[_Spoken]]:
    """The utterance, cut at the longest pause of its middle half until no part is over LONGEST."""
    if len(utterance) < 2 or utterance[-1].word.end - utterance[0].word.start <= LONGEST:
        yield utterance
        return
    quarter = len(utterance) // 4
    middle = range(max(1, quarter), max(2, len(utterance) - quarter))
    cut = max(middle, key=lambda index: utterance[index].word.start - utterance[index - 1].word.end)
    yield from _halved(utterance[:cut])
    yield from _halved(utterance[cut:])
