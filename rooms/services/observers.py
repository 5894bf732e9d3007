"""Ears of meetings in a room: everybody there is told when one comes or goes.

`audio.services.observations` keeps them; what they hear goes there through `audio.live.tap`. An ear stays for
as long as its person sits in the room or owns it. How one comes in is in `listening`.
"""

from collections.abc import Collection
from uuid import UUID

from audio.models import Observation
from audio.services import observations
from rooms.events import ObserverJoined, ObserverLeft
from rooms.models import Room
from rooms.services import log

KIND = "room"


def send_away(room: Room, because: str, people: Collection[UUID] | None = None) -> None:
    """Inside a transaction that holds the room: all ears leave, or those of people who sit there no more."""
    gone = None if people is None else set(people) - {room.owner_id}
    for each in observations.end_in(KIND, room.pk, because, user_ids=gone):
        tell_of_leaving(room, each.pk, each.user_id)


def tell_of_joining(room: Room, observation: Observation) -> None:
    """Inside a transaction that holds the room."""
    event = ObserverJoined(
        room_id=str(room.pk),
        observer_id=str(observation.pk),
        user_id=str(observation.user_id),
        email=observation.user.email,
        name=observation.name,
    )
    log.record(room.pk, event)


def tell_of_leaving(room: Room, observation_id: UUID, user_id: UUID) -> None:
    """Inside a transaction that holds the room."""
    event = ObserverLeft(room_id=str(room.pk), observer_id=str(observation_id), user_id=str(user_id))
    log.record(room.pk, event)
