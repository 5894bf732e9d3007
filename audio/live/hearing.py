"""Sound in, text out: what meetings' streams and rooms share. It stores nothing and knows no socket.

The event loop never waits for a model: sound waits in a backlog, and one call per stream at a time is with
the executor of `admission`, where all streams get their turn in order.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from audio.errors import NoLiveText
from audio.media.live import LiveFormat
from integrations import registry
from integrations.contracts.diarization import Turn
from integrations.contracts.speech import Hypothesis
from integrations.errors import ProviderError

from . import admission
from .admission import Place
from .attribution import LiveSpeakers
from .backlog import Backlog
from .ears import Ear
from .told import NO_LIVE_SPEAKERS, NO_LIVE_TEXT, Heard, SpeakersRevised, Told, Trouble
from .voices import Voices

logger = logging.getLogger(__name__)

HURRY = 2.0
"""Seconds of lag beyond which interim results are left out."""
RECENT = 0.9
"""Weight of what came before in the real-time factor, per second of sound."""

Tell = Callable[[Told], Awaitable[None]]
Answer = TypeVar("Answer")


class Hearing:
    """One stream of bare samples. `begin` it, `take` sound, and `end` or `drop` it in any case."""

    def __init__(self, form: LiveFormat, ear: Ear, voices: Voices | None, *, tell: Tell, place: Place):
        self.rtf = 0.0
        self._form = form
        self._ear = ear
        self._voices = voices
        self._names = LiveSpeakers() if voices else None
        self._tell = tell
        self._place = place
        self._backlog = Backlog(form.frame * form.sample_rate)
        self._resampler: Callable[[bytes], bytes] | None = None
        self._in_hand = self._spent = 0.0
        self._warned: dict[str, str] = {}
        self._driver = asyncio.create_task(self._drive())

    @classmethod
    async def begin(
        cls,
        form: LiveFormat,
        *,
        language: str = "",
        hint: str = "",
        start_ms: int = 0,
        speakers: bool = False,
        tell: Tell,
        place: Place | None = None,
    ) -> "Hearing":
        """Take a place, or use the given one; the first sample lies `start_ms` after the stream's beginning.

        `tell` is awaited for all that is heard, in order: it must not wait for a client. The model is loaded
        with the first sound. Raises LiveFull, NoLiveText; then a given place is still the caller's.
        """
        taken = place or admission.transcriptions.take()
        try:
            speech, diarizer = await asyncio.to_thread(_engines, speakers)
        except BaseException:
            if place is None:
                taken.free()
            raise
        start = start_ms / 1000
        ear = Ear(speech, language=language, hint=hint, start=start)
        voices = Voices(diarizer, start=start) if diarizer else None
        return cls(form, ear, voices, tell=tell, place=taken)

    @property
    def lag(self) -> float:
        """Seconds of sound that were taken and are not heard yet."""
        return self._backlog.seconds + self._in_hand

    @property
    def settled_ms(self) -> int:
        """Up to where nothing will be said any more; a new hearing may begin there."""
        return int(self._ear.settled * 1000)

    async def take(self, data: bytes) -> None:
        """The next bytes, cut anywhere. Waits only while half a minute of sound lies before them."""
        await self._backlog.put(data)

    async def flush(self) -> None:
        """All that was taken is final afterwards, as far as the engine serves."""
        await self._backlog.mark()

    async def end(self) -> None:
        """Hear what is left, then free the place."""
        await self.flush()
        self.drop()

    def drop(self) -> None:
        """Free the place at once; what is not heard yet is not told any more."""
        self._driver.cancel()
        self._backlog.close()
        self._place.free()

    async def _drive(self) -> None:
        try:
            while True:
                data, mark = await self._backlog.take()
                try:
                    await self._work_off(data, flush=mark is not None)
                finally:  # also when the stream is dropped: who waits for the mark goes on
                    if mark is not None and not mark.done():
                        mark.set_result(None)
        except Exception:
            logger.exception("a live stream is not heard any more")
            self._backlog.close()

    async def _work_off(self, data: bytes, *, flush: bool) -> None:
        self._in_hand = len(data) / self._form.frame / self._form.sample_rate
        await self._hear(data, flush=flush)
        self._count(self._in_hand)
        self._in_hand = 0.0

    async def _hear(self, data: bytes, *, flush: bool) -> None:
        hurry = self.lag > HURRY
        pcm, found = await self._run(lambda: self._listened(data, hurry=hurry))
        await self._say(found)
        await self._warn(NO_LIVE_TEXT, self._ear.trouble)
        if flush:
            await self._say(await self._run(self._ear.flush))
            await self._warn(NO_LIVE_TEXT, self._ear.trouble)
        if self._voices is not None:
            await self._revise(await self._run(lambda: self._voices.feed(pcm)))
            if flush:
                await self._revise(await self._run(self._voices.flush))
            await self._warn(NO_LIVE_SPEAKERS, self._voices.trouble)

    def _listened(self, data: bytes, *, hurry: bool) -> tuple[bytes, list[Hypothesis]]:
        if self._resampler is None:
            from .resampling import Resampler  # loads FFmpeg, which nobody needs who only stores sound

            self._resampler = Resampler(self._form)
        pcm = self._resampler(data)
        return pcm, self._ear.feed(pcm, hurry=hurry) if pcm else []

    async def _run(self, work: Callable[[], Answer]) -> Answer:
        """One job among those of all streams."""

        def timed() -> tuple[Answer, float]:
            begin = time.perf_counter()
            return work(), time.perf_counter() - begin

        answer, seconds = await asyncio.get_running_loop().run_in_executor(admission.executor(), timed)
        self._spent += seconds
        return answer

    def _count(self, heard: float) -> None:
        """What so many seconds of sound have cost, as a share of real time."""
        if heard:
            weight = RECENT**heard
            self.rtf = weight * self.rtf + (1 - weight) * self._spent / heard
        self._spent = 0.0

    async def _say(self, found: list[Hypothesis]) -> None:
        for each in found:
            speaker = self._names.name(each.segment, each.words) if self._names else None
            await self._tell(Heard(each, speaker))

    async def _revise(self, turns: tuple[Turn, ...] | None) -> None:
        if turns is None:
            return
        if revised := self._names.revise(turns):
            await self._tell(SpeakersRevised(tuple((each.segment, each.speaker) for each in revised)))

    async def _warn(self, code: str, trouble: str) -> None:
        """Once when it begins; again only after it had worked."""
        if trouble and not self._warned.get(code):
            await self._tell(Trouble(code, trouble))
        self._warned[code] = trouble


def _engines(speakers: bool) -> tuple[Any, Any | None]:
    """Speech, and the diarizer where one is wanted and there. Raises NoLiveText."""
    try:
        speech = registry.live("speech")
        if speech is None:
            raise NoLiveText
        speech.probe()
        return speech, registry.live("diarization") if speakers else None
    except ProviderError as error:
        raise NoLiveText(f"{NoLiveText.message} {error}") from error
