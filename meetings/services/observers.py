"""Observers that sit in a call for a meeting: told to leave it, and what becomes known of them.

`joining` sends them there; `pipeline.watching` looks after them until they are gone.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet, TextChoices
from django.db.models.functions import Now

from audio.services import observations, own_streams, places
from core import jobs
from integrations.models import Effect
from integrations.services import effects
from meetings.errors import ObserverNotFound
from meetings.events import BotChanged, publish
from meetings.models import Meeting, Observer

WATCH = "meetings.watch"
"""The actor that looks after one observer."""
PAUSE = timedelta(seconds=2)
"""Between two looks that a vendor's webhooks ask for."""
State = Observer.State


class Because(TextChoices):
    """Why somebody sent an observer away."""

    ASKED = "Its owner had it leave."
    COMPLETED = "The meeting was completed."
    DELETED = "The meeting was deleted."
    TOO_LONG = "It had stayed for as long as an observer may."


def active(meeting: Meeting) -> Observer | None:
    """The one for whom there is something left to do."""
    return meeting.observers.filter(ended_at__isnull=True).first()


def newest(meeting: Meeting) -> Observer:
    """The present one, else the last. Raises ObserverNotFound."""
    observer = active(meeting) or meeting.observers.first()
    if observer is None:
        raise ObserverNotFound
    return observer


def leave(meeting: Meeting) -> Observer:
    """Have the present one leave; one that has left did so. Raises ObserverNotFound."""
    observer = newest(meeting)
    dismiss(meeting, Because.ASKED)
    observer.refresh_from_db()
    return observer


@transaction.atomic
def dismiss(meeting: Meeting, because: Because) -> None:
    """Send away who is there: a vendor's bot as soon as it can be told, our own ear at once."""
    for observer in meeting.observers.filter(ended_at__isnull=True):
        send_away(observer, because)
        if observer.provider in places.kinds():
            observations.end(observer.bot_id, because)
        if observer.provider in places.kinds() and observer.provider != own_streams.KIND:
            end(observer, State.LEFT, because, Observer.Sound.FETCHED)


def send_away(observer: Observer, because: str) -> None:
    """Inside a transaction: note that a bot is not wanted any more; what has not been sent will not be."""
    waiting = Observer.objects.filter(pk=observer.pk, dismissed_at__isnull=True)
    if waiting.update(dismissed_at=Now(), reason=because, not_before=None, updated_at=Now()):
        effects.withdraw(Effect.objects.filter(pk=observer.effect_id), because)
        jobs.enqueue(WATCH, str(observer.pk))


def forget(meeting: Meeting) -> None:
    """Inside the transaction that deletes the meeting: who is there leaves, and their rows go after that."""
    dismiss(meeting, Because.DELETED)
    meeting.observers.filter(ended_at__isnull=False).delete()


def end(observer: Observer, state: State, reason: str, sound: str = "") -> None:
    """Nothing is left to do for it. Its link, which may hold a passcode, is not kept.

    Without `sound` that stays as it was, unless it was still expected.
    """
    rows = Observer.objects.filter(pk=observer.pk, ended_at__isnull=True)
    was_expected = observer.sound == Observer.Sound.EXPECTED
    ends = {
        "state": state,
        "reason": reason,
        "sound": sound or (Observer.Sound.NONE if was_expected else observer.sound),
    }
    if rows.update(**ends, link="", ended_at=Now(), lease_until=None, updated_at=Now()):
        tell(observer)


def tell(observer: Observer) -> None:
    """The meeting's watchers read how it stands. Of a meeting that is gone the row goes too, at the end."""
    observer.refresh_from_db()
    if observer.meeting_id is not None:
        publish(observer.meeting_id, BotChanged.of(observer))
    elif observer.ended_at is not None:
        observer.delete()


def hinted(provider: str, bot_id: str) -> None:
    """A vendor says that something has changed: look now rather than later, though not more often than every
    PAUSE, however often it says so. A look that is under way may have come too early; another follows it."""
    for observer in _waiting().filter(provider=provider, bot_id=bot_id):
        row = _waiting().filter(pk=observer.pk)
        rested = row.filter(updated_at__lte=Now() - PAUSE, lease_until__isnull=True)
        under_way = Q(not_before__isnull=True, lease_until__isnull=False)
        if rested.update(not_before=None):
            jobs.enqueue(WATCH, str(observer.pk))
        elif row.filter(under_way | Q(not_before__gt=Now() + PAUSE)).update(not_before=Now() + PAUSE):
            jobs.enqueue(WATCH, str(observer.pk), delay=PAUSE.total_seconds())


def _waiting() -> QuerySet[Observer]:
    return Observer.objects.filter(ended_at__isnull=True)
