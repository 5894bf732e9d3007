"""Talk time and share, turns, words per minute."""

from meetings import talk
from meetings.models import Analytics, Meeting, Run
from meetings.pipeline.step import Output, RunView
from meetings.selectors import segments_of


class Analyse:
    name = "analyse"
    queue = "language"
    outward = False

    def work(self, run: RunView) -> Output:
        analysis = talk.analyse(_said(run.meeting), duration_seconds=run.outputs["decode"].get("seconds", 0))
        figures = {"turns": analysis.turns, "words": analysis.words}
        return Output(figures, analysis.as_dict())

    def save(self, run: Run, output: Output) -> None:
        Analytics.objects.update_or_create(
            meeting_id=run.meeting_id, defaults={"run_id": run.pk, "data": output.result}
        )


def _said(meeting: Meeting) -> list[talk.Said]:
    return [
        talk.Said(
            segment.speaker.display_name if segment.speaker else "Speaker",
            segment.start_ms,
            segment.end_ms,
            len(segment.text.split()),
        )
        for segment in segments_of(meeting)
    ]
