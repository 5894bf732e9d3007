"""Where an utterance begins and ends while sound still comes in: Silero's detector, frame by frame.

The model is the one that faster-whisper ships (silero-vad 6, MIT). Its recurrent state is kept from frame to
frame, so that a frame is looked at once.
"""

from collections import deque

import numpy as np

from integrations.contracts.audio import RATE

FRAME = 512
"""Samples that Silero judges at a time: 32 ms."""
SECONDS = FRAME / RATE
CONTEXT = 64
"""Samples before a frame that it wants to see again."""
HYSTERESIS = 0.15
"""An utterance that is open stays so down to this much below the threshold that opened it."""
SHORTEST_SPEECH = 3
"""Frames of speech below which a sound was a click."""


class VoiceActivity:
    """Silero's probability of speech for one frame after the other."""

    def __init__(self) -> None:
        from faster_whisper.vad import get_vad_model

        self._session = get_vad_model().session
        self._state = np.zeros((1, 1, 128), np.float32), np.zeros((1, 1, 128), np.float32)
        self._context = np.zeros(CONTEXT, np.float32)

    def probability(self, frame: np.ndarray) -> float:
        """Between 0 and 1, for 512 samples of float32 that follow the ones before."""
        hidden, cell = self._state
        seen = np.concatenate([self._context, frame])[None]
        probability, *self._state = self._session.run(None, {"input": seen, "h": hidden, "c": cell})
        self._context = frame[-CONTEXT:]
        return float(probability.ravel()[0])


class Endpointer:
    """Follows probabilities of speech; places are frames since the stream was opened."""

    def __init__(self, threshold: float, longest: float):
        self._threshold = threshold
        self._recent: deque[float] = deque(maxlen=int(longest / SECONDS) + 2)
        self.frame = 0
        """Frames that were heard."""
        self.onset: int | None = None
        """First frame of the open utterance."""
        self.last = 0
        """Frame behind its last speech so far."""
        self._loud = 0

    def hear(self, probability: float) -> None:
        self._recent.append(probability)
        self.frame += 1
        loud = probability >= self._threshold
        if self.onset is None and loud:
            self.onset, self._loud = self.frame - 1, 0
        if self.onset is not None and (loud or probability >= self._threshold - HYSTERESIS):
            self.last = self.frame
            self._loud += loud

    @property
    def pause(self) -> float:
        """Seconds since the last speech of the open utterance."""
        return (self.frame - self.last) * SECONDS

    @property
    def is_speech(self) -> bool:
        """Whether the open utterance is more than a click."""
        return self.onset is not None and self._loud >= SHORTEST_SPEECH

    def close(self) -> None:
        """The utterance is over; the next frame may open another."""
        self.onset = None

    def quietest(self, first: int, last: int) -> int:
        """The frame from `first` to `last` at which speech is least likely, of equal ones the latest.

        A place is judged with its neighbours, because one frame within a word may be quiet. Frames that were
        not heard or are longer ago than the longest utterance are not looked at.
        """
        oldest = self.frame - len(self._recent)
        first = min(max(first, oldest), self.frame - 1)
        last = min(max(first, last), self.frame - 1)
        odds = np.convolve(np.array(self._recent), np.ones(5) / 5, mode="same")[: len(self._recent)]
        part = odds[first - oldest : last + 1 - oldest]
        return last - int(np.argmin(part[::-1]))
