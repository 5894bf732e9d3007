"""Who may see which task, who may change it, and whom one may assign."""

from collections.abc import Iterable
from uuid import UUID

from django.apps import apps
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from accounts.models import User

from .errors import PersonNotFound, TaskNotFound
from .models import Task

ACTIVE = (Task.Status.OPEN, Task.Status.IN_PROGRESS)
"""What somebody is expected to do."""


def for_user(user) -> QuerySet[Task]:
    """Tasks that a person created, is assigned to, or that came out of their meetings."""
    mine = Q(created_by=user) | Q(assignee_user=user) | Q(meeting__owner=user)
    return Task.objects.filter(mine, removed_at__isnull=True)


def get(user, task_id) -> Task:
    """One task that the person may see. Raises TaskNotFound."""
    task = for_user(user).filter(pk=task_id).first()
    if task is None:
        raise TaskNotFound
    return task


def may_edit(user, task: Task) -> bool:
    """Whether all of a task is theirs to change: its creator's, and the owner's of its meeting.

    Whoever is merely assigned reads it and changes its status.
    """
    return task.created_by_id == user.pk or may_add_to(user, task.meeting_id)


def may_assign(user, person_id, *, meeting_id=None) -> bool:
    """Whether a person may be named by their id alone, which brings their name and address along: oneself,
    people one has a task or, now, a room in common with (where one reads their address), and participants of
    the meeting by their verified address."""
    in_common = for_user(user)
    known = Q(pk=user.pk) | Q(created_tasks__in=in_common) | Q(assigned_tasks__in=in_common)
    known |= Q(email__in=_participants(meeting_id), is_verified=True) | Q(pk__in=_beside(user))
    return User.objects.filter(known, pk=person_id).exists()


def proven() -> QuerySet[User]:
    """Accounts to which tasks of their address belong. With an address that nobody has proven to read,
    anybody may have registered."""
    return User.objects.filter(is_active=True, is_verified=True)


def account_of(emails: Iterable[str]) -> QuerySet[User]:
    """The accounts of these addresses, in any case of letters, where they are proven."""
    return proven().filter(email__in=[email.lower() for email in emails if email])


def given_by_hand(owner_id) -> QuerySet:
    """(name, address) of everybody to whom a person has given a task that they wrote themselves."""
    written = Task.objects.filter(created_by=owner_id, source=Task.Source.MANUAL)
    named = written.exclude(assignee_name="").exclude(assignee_email="")
    return named.order_by().values_list("assignee_name", "assignee_email").distinct()


def of_person(user, person_id) -> QuerySet[Task]:
    """Tasks that somebody is assigned to or created: one's own, or for staff anybody's.

    Raises PersonNotFound.
    """
    if user.pk != person_id and not (user.is_staff and User.objects.filter(pk=person_id).exists()):
        raise PersonNotFound
    theirs = Q(created_by=person_id) | Q(assignee_user=person_id)
    return Task.objects.filter(theirs, removed_at__isnull=True)


def chosen(user, *, meeting_id=None, status: str = "", assignee: str = "") -> QuerySet[Task]:
    """The person's tasks, narrowed; `assignee` is a user id, an e-mail or a name."""
    rows = for_user(user)
    if meeting_id:
        rows = rows.filter(meeting=meeting_id)
    if status:
        rows = rows.filter(status=status)
    if assignee:
        rows = rows.filter(_assigned_to(assignee))
    return rows


def _assigned_to(assignee: str) -> Q:
    try:
        return Q(assignee_user=UUID(assignee))
    except ValueError:
        pass
    if "@" in assignee:
        return Q(assignee_email__iexact=assignee) | Q(assignee_user__email__iexact=assignee)
    return Q(assignee_name__iexact=assignee) | Q(assignee_user__full_name__iexact=assignee)


def may_add_to(user, meeting_id) -> bool:
    """Whether the meeting is the person's own."""
    meetings = apps.get_model("meetings", "Meeting")
    return meetings.objects.filter(pk=meeting_id, owner=user).exists()


def _participants(meeting_id) -> list[str]:
    meetings = apps.get_model("meetings", "Meeting")
    people = meetings.objects.filter(pk=meeting_id).values_list("participants", flat=True).first() or ()
    return [person["email"].lower() for person in people if person["email"]]


def _beside(user) -> QuerySet:
    """Who sits in a room with the person at this moment."""
    seats = apps.get_model("rooms", "Seat").objects.filter(present_until__gt=Now())
    return seats.filter(room__in=seats.filter(user=user).values("room")).values("user")


def actionable(meeting_id) -> QuerySet[Task]:
    """Tasks of a meeting that somebody is expected to do."""
    rows = Task.objects.filter(meeting=meeting_id, status__in=ACTIVE)
    return rows.select_related("meeting", "assignee_user").order_by("created_at", "id")
