"""Whisper over a few seconds: as good as the call that pads to 30 s, at a quarter of its cost.

The encoder's cost grows with the window, and CTranslate2 takes shorter ones than Whisper was trained on; but
Whisper then does not notice where speech ends and runs on. Some seconds of padding, a bound on the length by
duration and the offline engine's own checks prevent it, and what fails them is decoded in full length.
Used by the live stream; safe in several threads.
"""

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from integrations.contracts.audio import RATE
from integrations.contracts.speech import Word

from . import local_segments, local_texts
from .local_faults import faults

FRAMES = 100
"""Of features, each second."""
FULL = 30
"""Seconds of the window that Whisper was trained on."""
PADDING = 4.0
"""Seconds; with 3 and fewer it runs on past the end of one utterance in ten."""
TOKENS = 12
TOKENS_EACH_SECOND = 9
"""What nobody exceeds in speaking."""
UNHEARD = 2.0
"""Seconds without a word at the end of a window, which ends where speech does, that tell of lost words."""
MOST_PARTS = 4
"""Of a window that are decoded by themselves."""
PREPENDED, APPENDED = "\"'“¿([{-", "\"'.。,，!！?？:：”)]}、"
"""Punctuation that belongs to the word behind or before it, as faster-whisper has it."""


class Heard(NamedTuple):
    words: list[Word]
    """Seconds from the beginning of the window, in order."""
    language: str
    likelihood: float
    """Of the language, between 0 and 1; 1 where it was asked for."""
    sound: bool = True
    """Whether the window passed all checks; else a thorough call may hear better."""


class ShortWindows:
    """Decodes windows of at most 30 s with one shared model."""

    def __init__(self, model: Any, engine: str, beam_size: int):
        self._model = model
        self._engine = engine
        self._beam = beam_size

    def hear(self, samples: np.ndarray, language: str, *, thorough: bool) -> Heard:
        """Words in 16 kHz float32 samples; `language` empty detects it. Raises Unavailable.

        What fails the checks has no words, or is decoded again in full length where `thorough` is set. Where
        Whisper stops early, at the end of a sentence, the rest is decoded by itself.
        """
        heard = Heard([], language, 1.0)
        begin = 0.0
        for _ in range(MOST_PARTS):
            part = self._part(samples[round(begin * RATE) :], heard.language, thorough=thorough)
            placed = [replace(w, start=begin + w.start, end=begin + w.end) for w in part.words]
            likelihood = heard.likelihood if begin else part.likelihood
            heard = Heard(heard.words + placed, part.language, likelihood, heard.sound and part.sound)
            if not placed or placed[-1].end > len(samples) / RATE - UNHEARD:
                break
            begin = placed[-1].end
        return heard

    def _part(self, samples: np.ndarray, language: str, *, thorough: bool) -> Heard:
        duration = len(samples) / RATE
        with faults(self._engine):
            features = self._model.feature_extractor(samples)[..., :-1]
            text, language, likelihood = self._decode(features, duration, duration + PADDING, language)
            sound = not _runs_on(text, duration)
            if thorough and not sound:
                text, *_ = self._decode(features, duration, FULL, language)
                if local_texts.is_loop(text):
                    text, *_ = self._decode(features, duration, FULL, language, no_repeat_ngram_size=3)
        kept = text.words and local_texts.is_speech(text) and not _runs_on(text, duration)
        words = local_texts.words([text] if kept else [], local_texts.joint(language))
        return Heard(local_segments.in_order(words, duration), language, likelihood, sound or thorough)

    def _decode(
        self, features: np.ndarray, duration: float, window: float, language: str, **how: Any
    ) -> tuple[Any, str, float]:
        """Whisper's own text of the window, and the language with its likelihood."""
        from faster_whisper.tokenizer import Tokenizer
        from faster_whisper.transcribe import get_suppressed_tokens

        frames = min(FULL * FRAMES, 2 * round(window * FRAMES / 2))
        encoded = self._model.encode(_padded(features, frames))
        language, likelihood = (language, 1.0) if language else self._language(encoded)
        tokenizer = Tokenizer(
            self._model.hf_tokenizer, self._model.model.is_multilingual, task="transcribe", language=language
        )
        prompt = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
        (result,) = self._model.model.generate(
            encoded,
            [prompt],
            beam_size=self._beam,
            max_length=len(prompt) + _most_tokens(duration),
            suppress_tokens=list(get_suppressed_tokens(tokenizer, [-1])),
            return_scores=True,
            return_no_speech_prob=True,
            **how,
        )
        return self._text(result, tokenizer, encoded, duration), language, likelihood

    def _language(self, encoded: Any) -> tuple[str, float]:
        if not self._model.model.is_multilingual:
            return "en", 1.0
        ((token, likelihood), *_), *_ = self._model.model.detect_language(encoded)
        return token.strip("<|>"), likelihood

    def _text(self, result: Any, tokenizer: Any, encoded: Any, duration: float) -> Any:
        from faster_whisper.transcribe import Segment, Word, get_compression_ratio

        tokens = [token for token in result.sequences_ids[0] if token < tokenizer.eot]
        text = tokenizer.decode(tokens)
        part: dict[str, Any] = {"seek": 0, "start": 0.0, "end": duration, "tokens": tokens, "words": []}
        frames = min(FULL * FRAMES, round(duration * FRAMES))
        if tokens:
            self._model.add_word_timestamps([[part]], tokenizer, encoded, frames, PREPENDED, APPENDED, 0.0)
        return Segment(
            id=0,
            seek=0,
            start=0.0,
            end=duration,
            text=text,
            tokens=tokens,
            avg_logprob=result.scores[0] * len(tokens) / (len(tokens) + 1),
            compression_ratio=get_compression_ratio(text) if text else 0.0,
            no_speech_prob=result.no_speech_prob,
            words=[Word(**word) for word in part["words"]],
            temperature=0.0,
        )


def _padded(features: np.ndarray, frames: int) -> np.ndarray:
    features = features[..., :frames]
    return np.pad(features, ((0, 0), (0, frames - features.shape[-1])))


def _most_tokens(duration: float) -> int:
    return min(200, TOKENS + int(TOKENS_EACH_SECOND * duration))


def _runs_on(text: Any, duration: float) -> bool:
    return local_texts.is_loop(text) or len(text.tokens) >= _most_tokens(duration)
