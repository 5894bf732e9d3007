"""Action items become tasks, matched to those that exist."""

from datetime import date

from meetings.models import Finding, Meeting, Run, Speaker
from meetings.pipeline.step import Output, RunView
from meetings.selectors import findings_of
from tasks.services import extracted
from tasks.services.extracted import Candidate


class CreateTasks:
    name = "create_tasks"
    queue = "language"
    outward = False

    def work(self, run: RunView) -> Output:
        emails = _emails(run.meeting)
        found = [_candidate(f, emails) for f in findings_of(run.meeting, Finding.Kind.ACTION_ITEM)]
        return Output({"tasks": len(found)}, found)

    def save(self, run: Run, output: Output) -> None:
        extracted.reconcile(run.meeting_id, output.result, owner_id=run.meeting.owner_id, run_id=run.pk)


def _emails(meeting: Meeting) -> dict[str, str]:
    """Addresses by lower-case name: participants, named speakers, and the owner."""
    known = {meeting.owner.name.lower(): meeting.owner.email}
    known |= {p["name"].lower(): p["email"] for p in meeting.participants if p.get("email")}
    named = Speaker.objects.filter(meeting=meeting).exclude(email="")
    return known | {speaker.name.lower(): speaker.email for speaker in named}


def _candidate(finding: Finding, emails: dict[str, str]) -> Candidate:
    assignee = finding.details.get("assignee") or ""
    due = finding.details.get("due")
    return Candidate(
        title=finding.text,
        assignee_name=assignee,
        assignee_email=emails.get(assignee.lower(), ""),
        due_date=date.fromisoformat(due) if due else None,
        due_text=finding.details.get("due_text", ""),
        evidence=finding.evidence,
    )
