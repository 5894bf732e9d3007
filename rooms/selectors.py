"""Who may see what of a room. Room info is for every signed-in user; what is in it is for who sits there."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce, Now

from audio.models import Observation
from rooms.errors import NotParticipant, RoomNotFound
from rooms.models import Message, Room, Seat


def rooms() -> QuerySet[Room]:
    """All rooms, with who speaks now; a lock that has run out is nobody's, announced or not."""
    speaking = Q(speaker__isnull=False, speaker_until__gt=Now())
    return with_participants(Room.objects.all()).annotate(
        current_speaker_user_id=Case(When(speaking, then=F("speaker"))),
        speaker_expires_at=Case(When(speaking, then=F("speaker_until"))),
    )


def with_participants(chosen: QuerySet[Room]) -> QuerySet[Room]:
    """The same rooms, with the number of those who are there, and of meetings that listen."""
    taken = Seat.objects.filter(room=OuterRef("pk"), present_until__gt=Now()).order_by().values("room")
    number = taken.annotate(number=Count("pk")).values("number")
    ears = Observation.objects.filter(kind="room", place_id=OuterRef("pk"), ended_at__isnull=True)
    heard_by = ears.order_by().values("place_id").annotate(number=Count("pk")).values("number")
    return chosen.annotate(
        participant_count=Coalesce(Subquery(number), 0), observer_count=Coalesce(Subquery(heard_by), 0)
    )


def listed(user, *, mine: bool = False, q: str = "", closed: bool = False) -> QuerySet[Room]:
    """Rooms, newest first: `mine` are one's own, `q` stands in the title; `closed` ones too, else not."""
    chosen = rooms()
    if mine:
        chosen = chosen.filter(owner=user)
    if q:
        chosen = chosen.filter(title__icontains=q)
    if not closed:
        chosen = chosen.filter(closed_at__isnull=True)
    return chosen


def get(room_id) -> Room:
    """Raises RoomNotFound."""
    room = rooms().filter(pk=room_id).first()
    if room is None:
        raise RoomNotFound
    return room


def participating(user, room_id) -> Room:
    """A room that the person sits in now. Raises RoomNotFound, NotParticipant."""
    room = get(room_id)
    if not sits(user.pk, room_id):
        raise NotParticipant
    return room


def is_closed(room_id) -> bool:
    return Room.objects.filter(pk=room_id, closed_at__isnull=False).exists()


def newest(room_ids: Collection[UUID]) -> dict[UUID, int]:
    """Number of the newest event of each of these rooms that is there."""
    return dict(Room.objects.filter(pk__in=room_ids).order_by().values_list("pk", "seq"))


def present(room_id) -> QuerySet[Seat]:
    """The seats of a room whose holders are there."""
    return Seat.objects.filter(room=room_id, present_until__gt=Now())


def participants(user, room_id) -> QuerySet[Seat]:
    """Who is there, in the order in which they came. Raises RoomNotFound, NotParticipant."""
    return present(participating(user, room_id).pk).select_related("user")


def messages(user, room_id) -> QuerySet[Message]:
    """What was said, newest first. Raises RoomNotFound, NotParticipant.

    Nobody can join a closed room: there its owner reads on.
    """
    room = get(room_id)
    reads_on = room.closed_at is not None and room.owner_id == user.pk
    if not reads_on and not sits(user.pk, room_id):
        raise NotParticipant
    return Message.objects.filter(room=room).select_related("sender")


def sits(user_id: UUID, room_id) -> bool:
    """Whether a person sits in a room now."""
    return present(room_id).filter(user=user_id).exists()
