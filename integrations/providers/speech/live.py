"""Whisper while somebody speaks: utterances by voice activity, passes over the open one, agreement of two.

Cost and latency follow from four rules. A pass hears a short window (`short_windows`). The window loses its
beginning as sentences become final. The pass in the middle of the pause that may end an utterance is the
final one if it does. And the next pass waits for as much sound as the last one took, twice over.
"""

from dataclasses import replace

import numpy as np

from integrations.contracts.audio import BYTES_PER_SAMPLE, RATE
from integrations.contracts.speech import Hypothesis, Word

from . import local_texts
from .agreement import Agreement
from .endpointing import FRAME, Endpointer, VoiceActivity
from .live_options import Live
from .short_windows import Heard, ShortWindows
from .telling import Telling

BEFORE = round(0.4 * RATE)
"""Samples before the first frame of speech that belong to an utterance: words begin softly."""
AFTER = round(0.3 * RATE)
"""Samples behind its last frame that do."""
LONG = 5 * RATE
"""Samples beyond which a window gives up the sound of sentences that are final."""
MOST_WAITED = 5.0
"""Seconds between two passes at most, however long they take or however little they hear."""
ENOUGH = 2 * RATE
"""Samples of an utterance by which its language is told for good."""
LIKELY = 0.5


class WhisperStream:
    """Keeps `contracts.speech.SpeechStream`. Places are samples since the stream was opened."""

    def __init__(self, windows: ShortWindows, options: Live, *, language: str, start: float):
        self.language = language
        self._windows = windows
        self._options = options
        self._offset = start
        self._activity = VoiceActivity()
        self._ends = Endpointer(options.threshold, options.longest)
        self._pcm = bytearray()
        self._base = 0  # place of its first sample
        self._floor = 0  # nothing before it will be decoded again
        self._window: int | None = None  # where the sound of the open utterance begins
        self._agreement = Agreement(start)
        self._telling = Telling()
        self._final = 0  # stable words that are final already, though still in the window
        self._passed = 0  # where the latest pass was made
        self._covered = 0  # up to where it heard, if it passed its checks
        self._wait = options.every

    @property
    def position(self) -> float:
        return self._offset + self._fed / RATE

    @property
    def settled(self) -> float:
        begin = max(self._floor, self._heard - BEFORE) if self._window is None else self._window
        return min(self.position, max(self._offset + begin / RATE, self._telling.latest))

    def feed(self, pcm: bytes, *, hurry: bool = False) -> list[Hypothesis]:
        """As in the contract. Half a sample waits for its other half."""
        self._pcm += pcm
        while self._fed - self._heard >= FRAME:
            self._ends.hear(self._activity.probability(self._samples(self._heard, self._heard + FRAME)))
            self._follow()
        if self._window is not None and not hurry and self._is_due():
            self._pass()
        self._forget()
        return self._telling.take()

    def flush(self) -> list[Hypothesis]:
        if self._window is not None:
            self._end(self._fed)
        self._floor = self._fed
        self._forget()
        return self._telling.take()

    @property
    def _fed(self) -> int:
        return self._base + len(self._pcm) // BYTES_PER_SAMPLE

    @property
    def _heard(self) -> int:
        """Up to where voice activity is known."""
        return self._ends.frame * FRAME

    @property
    def _horizon(self) -> int:
        """Up to where the open utterance is worth decoding."""
        return min(self._heard, self._ends.last * FRAME + AFTER)

    def _follow(self) -> None:
        """Open, end or cut an utterance at the frame that was heard last."""
        if self._ends.onset is None:
            return
        if self._window is None:
            self._window = max(self._floor, self._ends.onset * FRAME - BEFORE)
            self._passed, self._covered = self._heard, 0
        if self._ends.pause >= self._options.silence:
            self._end(self._horizon)
        elif self._heard - self._window >= self._options.longest * RATE:
            self._cut()

    def _is_due(self) -> bool:
        if not self._ends.is_speech:
            return False
        if self._ends.pause >= self._options.silence / 2:
            return self._passed < self._ends.last * FRAME
        return self._heard - self._passed >= self._wait * RATE

    def _pass(self) -> None:
        """Decode the open utterance as far as it goes, and tell what two passes agree on."""
        began = self._options.clock()
        end = self._horizon
        self._passed = self._heard
        heard = self._decode(end, thorough=False)
        cost = self._options.clock() - began
        if heard.sound:
            self._covered = end
            self._agreement.hear(self._placed(heard))
        self._wait = min(MOST_WAITED, max(self._options.every, 2 * cost))
        if not self._agreement.words:
            self._wait = min(MOST_WAITED, 2 * self._wait)
        self._tell()
        self._shorten()

    def _tell(self) -> None:
        stable, words = self._agreement.stable, self._agreement.words
        self._final += self._telling.sentences(words[self._final :], len(stable) - self._final)
        self._telling.interim(words[self._final :], len(stable) - self._final)

    def _end(self, end: int) -> None:
        """The utterance is over. What it is has been heard already if a pass covers all of its speech."""
        if self._ends.is_speech:
            self._finish(end, paused=True, again=self._covered < self._ends.last * FRAME)
        self._floor = end
        self._window = None
        self._ends.close()

    def _cut(self) -> None:
        """The utterance is too long: end its first part where it is quietest, behind all stable words."""
        stable = self._agreement.stable
        first = self._window + round(self._options.longest * RATE / 2)
        if stable:
            first = max(first, round((stable[-1].end - self._offset) * RATE))
        quietest = self._ends.quietest(first // FRAME + 1, (self._heard - AFTER) // FRAME)
        place = min(self._heard, quietest * FRAME)
        self._finish(place, paused=False, again=True)
        self._floor = self._window = place
        self._passed, self._covered = self._heard, 0

    def _finish(self, end: int, *, paused: bool, again: bool) -> None:
        words = self._placed(self._decode(end, thorough=True)) if again else None
        self._agreement.finish(words)
        self._telling.end(self._agreement.stable[self._final :], paused=paused)
        self._agreement = Agreement(max(self._offset, self._telling.latest))
        self._final = 0

    def _shorten(self) -> None:
        """Let a long window begin behind the sentences that are final, where it is quietest."""
        if not self._final or self._heard - self._window < LONG:
            return
        last, following = self._agreement.words[self._final - 1], self._agreement.words[self._final]
        around = [round((moment - self._offset) * RATE / FRAME) for moment in (last.end, following.start)]
        place = self._ends.quietest(around[0] - 3, around[1] + 3) * FRAME
        self._window = min(self._horizon, max(self._window, place))
        self._agreement.forget(self._final)
        self._final = 0

    def _decode(self, end: int, *, thorough: bool) -> Heard:
        if end <= self._window:
            return Heard([], self.language, 0.0)
        heard = self._windows.hear(self._samples(self._window, end), self.language, thorough=thorough)
        if heard.words and end - self._window >= ENOUGH and heard.likelihood >= LIKELY:
            self.language = heard.language
        self._telling.joint = local_texts.joint(heard.language)
        return heard

    def _placed(self, heard: Heard) -> list[Word]:
        """Its words in times of the stream."""
        begin = self._offset + self._window / RATE
        return [replace(word, start=begin + word.start, end=begin + word.end) for word in heard.words]

    def _samples(self, start: int, end: int) -> np.ndarray:
        part = self._pcm[(start - self._base) * BYTES_PER_SAMPLE : (end - self._base) * BYTES_PER_SAMPLE]
        return np.frombuffer(part, dtype="<i2").astype(np.float32) / 32768

    def _forget(self) -> None:
        """Drop sound that no later call can want."""
        first = self._heard - BEFORE if self._window is None else self._window
        if first > self._base:
            del self._pcm[: (first - self._base) * BYTES_PER_SAMPLE]
            self._base = first
