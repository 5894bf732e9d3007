"""Whose turn it is to speak: changes to the speaker lock of a room that the caller holds (`mutex`).

`grant` is the fencing token: it grows with each new grant, so that sound of an old one is known as such.
"""

from uuid import UUID

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Greatest

from core.realtime import timestamp
from rooms.events import SpeakerChanged
from rooms.models import Room, Seat, Waiting
from rooms.services import log


def give(room: Room, user_id: UUID) -> None:
    """A new grant to somebody who sits there; all are told."""
    room.speaker_id = user_id
    room.grant += 1
    prolong(room)
    Waiting.objects.filter(room=room, user=user_id).delete()
    _announce(room)


def prolong(room: Room) -> None:
    """A whole time to live from now on for the present speaker, who is present for as long."""
    room.speaker_until = room.now + settings.ROOM_SPEAKER_TTL
    _save(room)
    seats = Seat.objects.filter(room=room, user=room.speaker_id)
    seats.update(present_until=Greatest(F("present_until"), room.speaker_until))


def end(room: Room) -> None:
    """The lock goes to who has waited longest and is present, else to nobody; all are told, once."""
    if following := _waiting_longest(room):
        give(room, following)
        return
    room.speaker_id = room.speaker_until = None
    _save(room)
    _announce(room)


def queue(room: Room) -> list[UUID]:
    """Who waits for the lock and is present, in their order."""
    present = Waiting.objects.filter(
        room=room, user__seats__room=room, user__seats__present_until__gt=room.now
    )
    return list(present.order_by("created_at", "id").values_list("user", flat=True))


def _waiting_longest(room: Room) -> UUID | None:
    return next(iter(queue(room)), None)


def _save(room: Room) -> None:
    Room.objects.filter(pk=room.pk).update(
        speaker=room.speaker_id, speaker_until=room.speaker_until, grant=room.grant
    )


def _announce(room: Room) -> None:
    event = SpeakerChanged(
        room_id=str(room.pk),
        current_speaker_user_id=room.speaker_id and str(room.speaker_id),
        speaker_expires_at=room.speaker_until and timestamp(room.speaker_until),
        grant=room.grant if room.speaker_id else None,
    )
    log.record(room.pk, event)
