"""Tasks that were given to an address before somebody with an account had proven to read it."""

from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import Lower, Now

from tasks import selectors
from tasks.models import Task


def hand_over() -> int:
    """A chore: whoever has proven by now to read an address gets its tasks. How many there were."""
    reader = selectors.proven().filter(email=Lower(OuterRef("assignee_email")))
    waiting = Task.objects.filter(Exists(reader), assignee_user=None, removed_at=None)
    return waiting.exclude(assignee_email="").update(
        assignee_user=Subquery(reader.values("pk")[:1]), updated_at=Now()
    )
