"""Speech to text, chunk by chunk; each chunk is durable as soon as it is done."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict

from django.db import connection

from audio.media import chunks
from audio.services import tracks
from integrations import registry
from integrations.contracts.audio import PcmFile, Window
from integrations.contracts.speech import Segment, Transcript, Word
from meetings.models import Run
from meetings.pipeline import transcripts
from meetings.pipeline.step import Output, RunView

LONGEST_CHUNK = 20 * 60.0
"""Seconds, as memo.md prints."""


class Transcribe:
    name = "transcribe"
    queue = "speech"
    outward = False

    def work(self, run: RunView) -> Output:
        if not run.outputs["decode"]["recordings"]:
            return Output({"segments": 0})
        engine = registry.engine("speech")
        with tracks.opened(run.meeting.track) as audio:
            sha256 = run.meeting.track.sha256
            plan = run.checkpoint(f"chunks:{sha256}", lambda: chunks.plan(audio, longest=LONGEST_CHUNK))
            transcript = _Chunks(run, engine, audio, sha256, plan).transcribe()
        figures = {
            "chunks": len(plan),
            "segments": len(transcript.segments),
            "words": sum(len(segment.words) for segment in transcript.segments),
            "language": transcript.language,
            "engine": transcript.engine,
        }
        return Output(figures, transcript)

    def save(self, run: Run, output: Output) -> None:
        if output.result is not None:
            transcripts.store_unattributed(run, output.result)


class _Chunks:
    """The chunks of one track, worked off as many at a time as the engine likes."""

    def __init__(self, run: RunView, engine, audio: PcmFile, sha256: str, plan: list):
        self._run = run
        self._engine = engine
        self._audio = audio
        self._sha256 = sha256
        self._plan = plan
        self._shares = dict.fromkeys(range(len(plan)), 0.0)
        self._hint = ", ".join(person["name"] for person in run.meeting.participants)

    def transcribe(self) -> Transcript:
        with ThreadPoolExecutor(max_workers=self._engine.capabilities.parallel) as pool:
            futures = [pool.submit(self._chunk, number) for number in range(len(self._plan))]
            try:
                parts = [future.result() for future in futures]
            except BaseException:
                for future in futures:
                    future.cancel()
                raise
        return joined(parts)

    def _chunk(self, number: int) -> Transcript:
        start, end = self._plan[number]
        key = f"speech:{self._sha256}:{round(start * 1000)}-{round(end * 1000)}:{self._engine.engine}"
        try:
            stored = self._run.checkpoint(key, lambda: asdict(self._heard(number, start, end)))
            self._report(number, 1.0)
        finally:
            connection.close()
        return shifted(stored, start)

    def _heard(self, number: int, start: float, end: float) -> Transcript:
        return self._engine.transcribe(
            Window(self._audio, start, end),
            hint=self._hint,
            progress=lambda share: self._report(number, share),
        )

    def _report(self, number: int, share: float) -> None:
        self._shares[number] = share
        lengths = [end - start for start, end in self._plan]
        done = sum(length * self._shares[i] for i, length in enumerate(lengths))
        self._run.progress(done / max(sum(lengths), 0.001))


def shifted(stored: dict, offset: float) -> Transcript:
    """A chunk's stored result, in the times of the whole track."""
    segments = tuple(
        Segment(
            text=segment["text"],
            start=segment["start"] + offset,
            end=segment["end"] + offset,
            words=tuple(
                Word(word["text"], word["start"] + offset, word["end"] + offset, word["confidence"])
                for word in segment["words"]
            ),
            speaker=segment["speaker"],
        )
        for segment in stored["segments"]
    )
    return Transcript(segments, stored["language"], stored["engine"])


def joined(parts: list[Transcript]) -> Transcript:
    """Chunks in order; the language is the one in which most was said."""
    said: dict[str, int] = {}
    for part in parts:
        said[part.language] = said.get(part.language, 0) + sum(len(s.text) for s in part.segments)
    return Transcript(
        segments=tuple(segment for part in parts for segment in part.segments),
        language=max(said, key=lambda language: said[language], default=""),
        engine=parts[0].engine if parts else "",
    )
