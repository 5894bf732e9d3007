"""Who spoke when, by voice alone; kept as a checkpoint, so that a re-run of the same sound is free."""

from dataclasses import asdict

from audio.services import tracks
from integrations import registry
from integrations.contracts.diarization import Diarization, Turn
from meetings.models import Checkpoint, Run
from meetings.pipeline.step import Output, RunView


class Diarize:
    name = "diarize"
    queue = "speech"
    outward = False

    def work(self, run: RunView) -> Output:
        if not run.outputs["transcribe"]["segments"]:
            return Output({"speakers": 0, "turns": 0})
        engine = registry.engine("diarization")
        key = f"diarization:{run.meeting.track.sha256}:{engine.engine}"
        with tracks.opened(run.meeting.track) as audio:
            stored = run.checkpoint(key, lambda: asdict(engine.diarize(audio, progress=run.progress)))
        return Output(
            {
                "speakers": len({turn["speaker"] for turn in stored["turns"]}),
                "turns": len(stored["turns"]),
                "engine": stored["engine"],
                "checkpoint": key,
            }
        )

    def save(self, run: Run, output: Output) -> None:
        """The checkpoint is all there is to keep."""


def load(meeting_id, figures: dict) -> Diarization:
    """What the step has found, from its figures."""
    if "checkpoint" not in figures:
        return Diarization(turns=())
    stored = Checkpoint.objects.get(meeting=meeting_id, key=figures["checkpoint"]).value
    return Diarization(
        turns=tuple(Turn(**turn) for turn in stored["turns"]),
        voiceprints={label: tuple(print_) for label, print_ in stored["voiceprints"].items()},
        engine=stored["engine"],
    )
