"""Where decoded frames belong in time: the container's timestamps are followed, but not blindly."""

TOLERANCE = 0.02
"""Seconds of disagreement that are rounding or jitter (WebM stamps whole milliseconds)."""

LONGEST_GAP = 3600.0
"""A longer jump forward is a broken clock, not a pause."""

LONGEST_OVERLAP = 0.5
"""A longer jump back is a new beginning (files joined together), whose sound must not be dropped."""


class Timeline:
    """Keeps the sound in step with its timestamps, so that errors do not add up over hours.

    Holes (a paused recorder, Opus DTX, lost packets) become silence and overlaps are cut.
    """

    def __init__(self, origin: float = 0.0):
        self._shift = -origin
        self._before = 0.0  # seconds up to the last change of rate
        self._samples = 0
        self._rate = 0
        self._dropped = 0.0
        self._trusted = True
        self._resync = False
        self._missing = 0.0

    @property
    def position(self) -> float:
        """Seconds placed so far."""
        return self._before + (self._samples / self._rate if self._rate else 0.0)

    def lost(self, seconds: float) -> None:
        """About so much is missing before the next frame, whose timestamp, if it has one, says it exactly."""
        self._resync = True
        self._missing += seconds

    def place(self, time: float | None, samples: int, rate: int) -> tuple[int, int]:
        """(samples of silence before the frame, samples to cut from its beginning) at `rate` Hz.

        `time` is the frame's timestamp in seconds on the container's clock, None where it has none.
        """
        if rate != self._rate:
            self._before, self._samples, self._rate = self.position, 0, rate
        silence, cut = self._correction(time, samples)
        self._samples += silence + samples - cut
        self._resync, self._missing = False, 0.0
        return silence, cut

    def _correction(self, time: float | None, samples: int) -> tuple[int, int]:
        if time is None or not self._trusted:
            return round(self._missing * self._rate), 0
        ahead = time + self._shift - self.position
        if abs(ahead) <= (1 / self._rate if self._resync else TOLERANCE):
            self._dropped = 0.0
            return 0, 0
        if -LONGEST_OVERLAP <= ahead < 0:
            return 0, self._overlap(min(round(-ahead * self._rate), samples))
        if 0 < ahead <= LONGEST_GAP:
            return round(ahead * self._rate), 0
        self._shift -= ahead
        return 0, 0

    def _overlap(self, cut: int) -> int:
        """Timestamps that stand still would swallow everything: after half a second they are ignored."""
        self._dropped += cut / self._rate
        if self._dropped > LONGEST_OVERLAP:
            self._trusted = False
            return 0
        return cut
