"""What becomes of tasks when a person leaves: theirs go, others keep what was given to them."""

from collections.abc import Iterable, Iterator

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from core.admin_log import forget_rows
from core.privacy import DELETED_USER, Entry, Person, Receipt, fields_of, json_entry
from integrations.services import effects
from tasks.models import Task, TicketHook

_ASSIGNEE = ("assignee_user", "assignee_name", "assignee_email")

_SHOWN_TO_ASSIGNEE = (
    *("id", "title", "description", "status", "category", "due_date", "due_text"),
    *("assignee_name", "assignee_email", "created_at", "updated_at"),
)


def outlive_meetings(person: Person) -> Receipt:
    """Before the person's meetings go: tasks that are somebody else's to do stay, without meeting, evidence
    and the creator's name. Called by what removes the meetings, in its transaction."""
    receipt = Receipt()
    tasks = list(Task.objects.filter(meeting__owner=person.id))
    staying = {task.pk for task in tasks if _is_anothers(task, person)}
    forget_rows(task.pk for task in tasks if task.pk not in staying)
    receipt.changed["tasks that their assignees keep"] += Task.objects.filter(pk__in=staying).update(
        meeting=None, run_id=None, evidence={}, created_by=None, updated_at=Now()
    )
    return receipt


def _is_anothers(task: Task, person: Person) -> bool:
    """Whether somebody else than the person is to do it: an account, an address or at least a name. What was
    removed is nobody's to do."""
    if task.removed_at is not None:
        return False
    if task.assignee_user_id is not None:
        return task.assignee_user_id != person.id
    if not (task.assignee_email or task.assignee_name):
        return False
    return not person.is_named(task.assignee_name, task.assignee_email)


def erase(person: Person) -> Receipt:
    """After the meetings: what the person wrote by hand, and what others have given to them."""
    receipt = Receipt()
    receipt.count_rows(TicketHook.objects.filter(owner=person.id).delete()[1])
    written = Task.objects.filter(created_by=person.id)
    for task in written:
        if task.meeting_id is not None or _is_anothers(task, person):
            Task.objects.filter(pk=task.pk).update(created_by=None, updated_at=Now())
            receipt.changed["tasks that their assignees keep"] += 1
        else:
            effects.forget_task(task.pk, "the account of its creator was deleted")
            forget_rows([task.pk])
            receipt.count_rows(task.delete()[1])
    for task in _given_to(person):
        _unassign(task)
        receipt.changed["tasks of others that name a deleted user"] += 1
    return receipt


def _given_to(person: Person) -> QuerySet[Task]:
    given = Q(assignee_user=person.id)
    if person.proven:
        given |= Q(assignee_email__iexact=person.email)
    return Task.objects.filter(given)


def _unassign(task: Task) -> None:
    """For good: a re-run of the meeting, where the name is still said, leaves these fields alone."""
    task.assignee_user, task.assignee_name, task.assignee_email = None, DELETED_USER, ""
    task.edited_fields = sorted({*task.edited_fields, *_ASSIGNEE})
    task.save(update_fields=[*_ASSIGNEE, "edited_fields", "updated_at"])


def export(person: Person) -> Iterable[Entry]:
    """One's own tasks as they are, and those that others have given to one as an assignee sees them."""
    yield json_entry("tasks.json", lambda: {"own": list(_own(person)), "assigned": list(_assigned(person))})


def _mine(person: Person) -> Q:
    return Q(created_by=person.id) | Q(meeting__owner=person.id)


def _own(person: Person) -> Iterator[dict]:
    tasks = Task.objects.filter(_mine(person)).order_by("created_at", "id")
    for task in tasks.iterator(chunk_size=500):
        yield fields_of(task)


def _assigned(person: Person) -> Iterator[dict]:
    given = Task.objects.filter(assignee_user=person.id, removed_at__isnull=True)
    others = given.exclude(pk__in=Task.objects.filter(_mine(person)).values("pk"))
    for task in others.order_by("created_at", "id").iterator(chunk_size=500):
        shown = {name: getattr(task, name) for name in _SHOWN_TO_ASSIGNEE}
        yield shown | {"quote": task.evidence.get("quote", "")}
