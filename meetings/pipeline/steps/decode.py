"""All recordings of the meeting become one canonical track."""

from contextlib import ExitStack
from datetime import timedelta

from django.core.files import File

from audio.media.isolate import decode_in_child
from audio.media.terms import Source
from audio.media.timeline import LONGEST_GAP
from audio.models import Recording
from audio.services import files, tracks
from meetings.models import Run
from meetings.pipeline.step import Output, RunView


class Decode:
    name = "decode"
    queue = "speech"
    outward = False

    def work(self, run: RunView) -> Output:
        recordings = list(run.meeting.recordings.all())
        if not recordings:
            return Output({"recordings": 0})
        with ExitStack() as stack:
            folder = stack.enter_context(files.scratch())
            sources = [
                Source(stack.enter_context(files.local_copy(recording.file)), offset)
                for recording, offset in _placed(recordings)
            ]
            target = folder / "track.wav"
            decoded = decode_in_child(
                sources, target, progress=run.progress, max_duration=tracks.longest_seconds()
            )
            name = tracks.new_name(run.meeting.pk)
            with target.open("rb") as file:
                files.store(name, File(file))
        figures = {
            "recordings": len(recordings),
            "seconds": round(decoded.duration, 3),
            "sha256": decoded.sha256,
            "truncated": decoded.truncated,
            "damaged": round(decoded.damaged, 4),
        }
        return Output(figures, (name, decoded))

    def save(self, run: Run, output: Output) -> None:
        if output.result is None:
            return
        name, decoded = output.result
        tracks.replace(
            run.meeting_id,
            run_id=run.pk,
            file=name,
            sha256=decoded.sha256,
            duration_ms=round(decoded.duration * 1000),
            truncated=decoded.truncated,
            peaks=decoded.peaks,
        )


def _placed(recordings: list[Recording]) -> list[tuple[Recording, float]]:
    """Offsets in seconds: files of one position are mixed, positions follow each other in time.

    A later recording starts where its `starts_at` says, but never before the earlier ones end as far as
    their headers tell; without `starts_at`, or after more than LONGEST_GAP, it follows directly.
    """
    placed: list[tuple[Recording, float]] = []
    end, start, position = 0.0, 0.0, recordings[0].position
    anchor = recordings[0].starts_at
    for recording in recordings:
        if recording.position != position:
            position, start = recording.position, end
            if anchor and recording.starts_at:
                pause = (recording.starts_at - anchor).total_seconds() - end
                if pause > LONGEST_GAP:
                    anchor += timedelta(seconds=pause)
                else:
                    start = end + max(0.0, pause)
        placed.append((recording, start))
        end = max(end, start + (recording.duration_ms or 0) / 1000)
    return placed
