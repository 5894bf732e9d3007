"""Writing tasks by hand. What a person has set, no re-run of a meeting changes."""

from django.db import transaction

from accounts.models import User
from tasks import selectors
from tasks.errors import UnknownAssignee, UnknownMeeting
from tasks.models import Task


@transaction.atomic
def create(creator: User, *, meeting_id=None, assignee_user_id=None, **fields) -> Task:
    """Raises UnknownMeeting, UnknownAssignee."""
    if meeting_id is not None and not selectors.may_add_to(creator, meeting_id):
        raise UnknownMeeting(fields={"meeting_id": [UnknownMeeting.message]})
    return Task.objects.create(
        created_by=creator, meeting_id=meeting_id, **_assigned(assignee_user_id), **fields
    )


@transaction.atomic
def update(task: Task, **changes) -> Task:
    """Set fields and remember that a person did. Raises UnknownAssignee."""
    if "assignee_user_id" in changes:
        changes |= _assigned(changes.pop("assignee_user_id"))
    for field, value in changes.items():
        setattr(task, field, value)
    task.edited_fields = sorted({*task.edited_fields, *changes})
    task.save(update_fields=[*changes, "edited_fields", "updated_at"])
    return task


def _assigned(user_id) -> dict:
    """The assignee's three fields; nobody, where the id is None. Raises UnknownAssignee."""
    if user_id is None:
        return {"assignee_user": None}
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise UnknownAssignee(fields={"assignee_user_id": [UnknownAssignee.message]})
    return {"assignee_user": user, "assignee_name": user.name, "assignee_email": user.email}
