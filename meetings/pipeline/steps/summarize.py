"""What the meeting was about."""

from integrations import registry
from meetings.models import Finding, Run, Summary
from meetings.pipeline import conversations, findings
from meetings.pipeline.step import Output, RunView


class Summarize:
    name = "summarize"
    queue = "language"
    outward = False

    def work(self, run: RunView) -> Output:
        conversation = conversations.of(run.meeting)
        if not conversation.lines:
            return Output({"bullets": 0})
        summary = registry.engine("language").summarize(conversation)
        return Output({"bullets": len(summary.bullets), "engine": summary.engine}, summary)

    def save(self, run: Run, output: Output) -> None:
        summary = output.result
        findings.replace(run, Finding.Kind.SUMMARY_BULLET, summary.bullets if summary else ())
        if summary is None:
            Summary.objects.filter(meeting=run.meeting_id).delete()
            return
        Summary.objects.update_or_create(
            meeting_id=run.meeting_id,
            defaults={"run_id": run.pk, "text": summary.text, "engine": summary.engine},
        )
