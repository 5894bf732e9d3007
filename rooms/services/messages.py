"""What was said in a room becomes a message. Called by `/stt` and the sockets, with the speaker's grant."""

from django.db import transaction

from core.realtime import timestamp
from rooms.events import MessageCreated
from rooms.models import Message
from rooms.services import log, mutex
from rooms.services.speaker import Grant


@transaction.atomic
def post(grant: Grant, text: str, *, meta: dict, segment_id: int | None = None) -> Message:
    """Store what was said; all are told, unless it was silence (rule 15).

    The lock may have lapsed since, and the room may have been closed. Raises RoomNotFound where it is gone,
    and NotSignedIn where the speaker's account is.
    """
    sender = mutex.account(grant.user_id)
    room = mutex.take(grant.room_id)
    message = Message.objects.create(room=room, sender=sender, text=text.strip(), meta=meta)
    if message.text:
        log.record(room.pk, _created(message, segment_id))
    return message


def _created(message: Message, segment_id: int | None) -> MessageCreated:
    return MessageCreated(
        message_id=str(message.pk),
        room_id=str(message.room_id),
        sender_user_id=str(message.sender_id),
        sender_email=message.sender.email,
        text=message.text,
        status=message.status,
        created_at=timestamp(message.created_at),
        segment_id=segment_id,
    )
