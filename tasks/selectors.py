"""Who may see which task."""

from django.db.models import Q, QuerySet

from .models import Task


def for_user(user) -> QuerySet[Task]:
    """Tasks that a person created, is assigned to, or that came out of their meetings."""
    mine = Q(created_by=user) | Q(assignee_user=user) | Q(meeting__owner=user)
    visible = Q(meeting__isnull=True) | Q(meeting__deleted_at__isnull=True)
    return Task.objects.filter(mine, visible).distinct()


def actionable(meeting_id) -> QuerySet[Task]:
    """Tasks of a meeting that somebody is expected to do."""
    return Task.objects.filter(
        meeting=meeting_id, status__in=[Task.Status.OPEN, Task.Status.IN_PROGRESS]
    ).order_by("created_at", "id")
