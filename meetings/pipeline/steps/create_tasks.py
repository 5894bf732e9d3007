"""Action items become tasks, matched to those that exist, each given to whom the talk means."""

from collections.abc import Callable
from datetime import date

from integrations.services import routing
from integrations.services.routing import Chosen
from meetings import assignees
from meetings.assignees import Resolution
from meetings.models import Finding, Run
from meetings.pipeline.step import Output, RunView
from meetings.selectors import findings_of
from tasks.services import extracted
from tasks.services.extracted import Candidate


class CreateTasks:
    name = "create_tasks"
    queue = "language"
    outward = False

    def work(self, run: RunView) -> Output:
        who = assignees.resolver(run.meeting)
        chosen = routing.of(run.meeting.owner_id)
        items = findings_of(run.meeting, Finding.Kind.ACTION_ITEM)
        found = [_candidate(finding, who, chosen) for finding in items]
        figures = {"tasks": len(found), "proposed": sum(each.proposed for each in found)}
        return Output(figures, found)

    def save(self, run: Run, output: Output) -> None:
        extracted.reconcile(run.meeting_id, output.result, owner_id=run.meeting.owner_id, run_id=run.pk)


def _candidate(finding: Finding, who: Callable[[str], Resolution], chosen: Chosen) -> Candidate:
    assignee = who(finding.details.get("assignee") or "")
    due = finding.details.get("due")
    return Candidate(
        title=finding.text,
        assignee_name=assignee.name,
        assignee_email=assignee.email,
        due_date=date.fromisoformat(due) if due else None,
        due_text=finding.details.get("due_text", ""),
        evidence=finding.evidence,
        proposed=chosen.review_before_send or not _is_sure(finding.evidence, chosen.least_confidence),
    )


def _is_sure(evidence: dict, least: float) -> bool:
    """Whether it can be shown where it was said, and the engine is sure enough of it."""
    shown = bool(evidence.get("segment_ids") and evidence.get("quote"))
    return shown and evidence.get("confidence", 0) >= least
