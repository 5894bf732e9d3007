"""Closes the inward part: who served, and what a reader should know before trusting the rest."""

from integrations import registry
from meetings.models import Report, Run
from meetings.pipeline.step import Output, RunView

DAMAGED = 0.01
"""Share of unreadable packets from which the reader is told."""


class WriteReport:
    name = "report"
    queue = "language"
    outward = False

    def work(self, run: RunView) -> Output:
        engines = {
            "speech": run.outputs["transcribe"].get("engine"),
            "diarization": run.outputs["diarize"].get("engine"),
            "language": run.outputs["summarize"].get("engine"),
        }
        return Output({"engines": engines}, (engines, _notices(run.outputs)))

    def save(self, run: Run, output: Output) -> None:
        engines, notices = output.result
        Report.objects.update_or_create(
            meeting_id=run.meeting_id,
            defaults={"run_id": run.pk, "engines": engines, "notices": notices},
        )


def _notices(outputs: dict[str, dict]) -> list[str]:
    notices = []
    sound = outputs["decode"]
    if sound["recordings"] and not outputs["attribute"]["segments"]:
        notices.append("No speech was found in this recording.")
    if sound.get("truncated"):
        notices.append("The recording ends before its header says; what is there was used.")
    if sound.get("damaged", 0) >= DAMAGED:
        share = round(100 * sound["damaged"])
        notices.append(f"About {share} % of the recording was unreadable and is treated as silence.")
    memory = [kind for kind in registry.OUTWARD_KINDS if "memory" in registry.aliases(kind)]
    if memory:
        notices.append(
            f"Nothing leaves this machine: {', '.join(memory)} are kept by in-memory providers, "
            "as the settings ask."
        )
    return notices
