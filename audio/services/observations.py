"""Ears of meetings in places of ours: begun, asked after by whoever hears somebody speak, and ended.

While an ear is there, each turn that is heard becomes a live stream of its meeting (`audio.live.tap`), whose
beginning is the time at which it was said; they stay closed until the ear leaves, and become recordings then.
"""

import logging
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from audio.models import LiveStream, Observation
from core import jobs

from . import places, streams

logger = logging.getLogger(__name__)

GOODBYE = 3.0
"""Seconds for which those who speak may store what they have said when the ear leaves."""


@transaction.atomic
def begin(user, meeting_id, *, kind: str, place_id: UUID, name: str) -> Observation:
    """Listen from now on; everybody in the place is told. Raises what the place has against it."""
    try:
        with transaction.atomic():
            observation = Observation.objects.create(
                meeting_id=meeting_id, user=user, kind=kind, place_id=place_id, name=name
            )
    except IntegrityError:
        return _open().get(meeting=meeting_id, kind=kind, place_id=place_id)
    places.of(kind).enter(user, place_id, observation.pk)
    return observation


def listening(kind: str, place_id) -> list[Observation]:
    """The ears in a place now."""
    return list(_open().filter(kind=kind, place_id=place_id))


@transaction.atomic
def end(observation_id, because: str) -> bool:
    """Listen no more; everybody is told. False where it has ended, or is gone."""
    observation = _open().filter(pk=observation_id).first()
    if observation is None:
        return False
    place = places.of(observation.kind)
    place.hold(observation.place_id)  # first, as the place does that ends its ears: nobody waits in a circle
    if not _ended(observation, because):
        return False
    place.leave(observation.place_id, observation.pk, observation.user_id)
    return True


def end_in(kind: str, place_id, because: str, *, user_ids=None) -> list[Observation]:
    """Inside a transaction that holds the place: its ears leave, or some people's. The caller tells."""
    here = _open().filter(kind=kind, place_id=place_id)
    if user_ids is not None:
        here = here.filter(user__in=user_ids)
    return [each for each in here if _ended(each, because)]


def note_loss(observation_id) -> None:
    """Something could not be stored: the meeting says so."""
    Observation.objects.filter(pk=observation_id).update(lost=True, updated_at=Now())


def sweep() -> int:
    """A chore: turns that nobody has closed after their ear has left become recordings; how many."""
    left = LiveStream.objects.filter(
        state=LiveStream.State.OPEN,
        observation__ended_at__isnull=False,
        active_at__lte=Now() - streams.LEFT_BEHIND,
    )
    ids = list(left.order_by("active_at").values_list("pk", flat=True)[: streams.AT_ONCE])
    return sum(streams.close(stream_id, because="observer left") for stream_id in ids)


def _ended(observation: Observation, because: str) -> bool:
    ours = _open().filter(pk=observation.pk)
    if not ours.update(ended_at=Now(), ended_because=because[:200], updated_at=Now()):
        return False
    jobs.enqueue(streams.SEAL, str(observation.meeting_id), delay=GOODBYE)
    return True


def _open() -> QuerySet[Observation]:
    return Observation.objects.filter(ended_at__isnull=True)
