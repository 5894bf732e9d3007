"""What was said is stored and told, whatever has become of the lock, and of the room, in the meantime."""

import pytest

from accounts.models import User
from core.bearer import NotSignedIn
from rooms.errors import RoomNotFound
from rooms.models import Message, RoomEvent
from rooms.services import messages, rooms, speaker
from rooms.tests import factories
from rooms.tests.factories import told

pytestmark = pytest.mark.django_db

META = {"processing_time_ms": 12.5}


@pytest.fixture
def room(owner, guest):
    return factories.room(owner, owner, guest)


@pytest.fixture
def grant(owner, room):
    speaker.acquire(owner, room.pk)
    return speaker.require(owner, room.pk)


@pytest.mark.django_db(transaction=True)
def test_what_was_said_is_stored_and_told_once(owner, room, grant, published):
    message = messages.post(grant, " Hello. ", meta=META, segment_id=7)
    row = Message.objects.get()
    assert (row.pk, row.room, row.sender, row.text) == (message.pk, room, owner, "Hello.")
    assert (row.meta, row.status, row.type) == (META, "final", "stt")
    (group, event), = published  # fmt: skip
    assert (group, event["event"]) == (f"room.{room.pk}", "message.created")
    assert event["payload"] == RoomEvent.objects.get(type="message.created").payload == {
        "message_id": str(message.pk),
        "room_id": str(room.pk),
        "sender_user_id": str(owner.pk),
        "sender_email": owner.email,
        "type": "stt",
        "text": "Hello.",
        "status": "final",
        "created_at": row.created_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "segment_id": 7,
    }  # fmt: skip


@pytest.mark.parametrize("silence", ["", "  \n"])
def test_silence_is_stored_and_not_told(api, room, grant, silence):
    before = told(room)
    messages.post(grant, silence, meta=META)
    assert told(room) == before
    said, = api.get(f"/api/v1/rooms/{room.pk}/messages").json()  # fmt: skip
    assert (said["content_text"], said["meta_json"]) == ("", META)


def test_a_lock_that_lapsed_meanwhile_loses_nothing(owner, guest, room, grant):
    factories.pass_time(21)
    speaker.acquire(guest, room.pk)
    messages.post(grant, "Late.", meta=META)
    assert told(room)[-2:] == [("speaker.changed", str(guest.pk)), ("message.created", str(owner.pk))]


def test_a_room_that_was_closed_meanwhile_keeps_it(owner, room, grant):
    rooms.close(owner, room.pk)
    messages.post(grant, "Late.", meta=META)
    assert Message.objects.get().text == "Late."
    assert told(room)[-1] == ("message.created", str(owner.pk))


def test_a_room_that_was_deleted_meanwhile_does_not(owner, room, grant):
    rooms.remove(owner, room.pk)
    with pytest.raises(RoomNotFound):
        messages.post(grant, "Late.", meta=META)
    assert not Message.objects.exists()


def test_who_closed_their_account_meanwhile_has_said_nothing(guest, room):
    speaker.acquire(guest, room.pk)
    grant = speaker.require(guest, room.pk)
    User.objects.filter(pk=guest.pk).delete()
    before = told(room)
    with pytest.raises(NotSignedIn):
        messages.post(grant, "Late.", meta=META)
    assert (Message.objects.count(), told(room)) == (0, before)
