"""Action items that a run has found become tasks; found again, they stay the tasks they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from accounts.models import User
from tasks import selectors
from tasks.models import Task

from . import matching, notices


@dataclass(frozen=True)
class Candidate:
    """One action item as the run found it, its assignee already looked up."""

    title: str
    assignee_name: str
    assignee_email: str
    due_date: date | None
    due_text: str
    evidence: dict
    proposed: bool = False
    """Whether a person has to accept it before anything of it leaves the house."""


def reconcile(meeting_id, candidates: Sequence[Candidate], *, owner_id, run_id) -> list[Task]:
    """Create what is new, refresh what is known; fields that a person has edited stay as they are.

    Call inside the transaction that ends the step: whoever edits one at this moment is waited for. Returns
    the candidates' tasks in their order.
    """
    found_before = Task.objects.filter(meeting=meeting_id, source=Task.Source.EXTRACTED)
    known = list(found_before.select_for_update(no_key=True).order_by("created_at", "id"))
    pairs = matching.match([_item(c.title, c.evidence) for c in candidates], [_known(task) for task in known])
    accounts = _accounts(candidates)
    tasks = []
    for number, candidate in enumerate(candidates):
        task = known[pairs[number]] if number in pairs else _new(meeting_id, owner_id)
        is_new = task._state.adding
        _fill(task, candidate, accounts)
        task.run_id = run_id
        task.save()
        if is_new:
            notices.created(task)
        tasks.append(task)
    return tasks


def _item(title: str, evidence: dict) -> matching.Item:
    return matching.Item(title, evidence.get("start"), evidence.get("end"))


def _known(task: Task) -> matching.Item:
    """Compared by what was found, not by what a person has made of it."""
    return _item(task.evidence.get("title", task.title), task.evidence)


def _new(meeting_id, owner_id) -> Task:
    return Task(meeting_id=meeting_id, created_by_id=owner_id, source=Task.Source.EXTRACTED)


def _fill(task: Task, candidate: Candidate, accounts: dict[str, User]) -> None:
    values = {
        "title": candidate.title[:500],
        "assignee_name": candidate.assignee_name,
        "assignee_email": candidate.assignee_email,
        "assignee_user": accounts.get(candidate.assignee_email.lower()),
        "due_date": candidate.due_date,
        "due_text": candidate.due_text,
        "status": _status(task, candidate),
    }
    for field, value in values.items():
        if field not in task.edited_fields:
            setattr(task, field, value)
    task.evidence = candidate.evidence | {"title": candidate.title}


def _status(task: Task, candidate: Candidate) -> str:
    """What is open stays so, since it may have gone out; what was proposed may have become sure."""
    undecided = task._state.adding or task.status == Task.Status.PROPOSED
    if not undecided:
        return task.status
    return Task.Status.PROPOSED if candidate.proposed else Task.Status.OPEN


def _accounts(candidates: Sequence[Candidate]) -> dict[str, User]:
    emails = {candidate.assignee_email for candidate in candidates}
    return {user.email: user for user in selectors.account_of(emails)}
