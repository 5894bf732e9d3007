"""How rooms are asked for and written in the flat dialect, as stt-rooms.md prints them."""

from django.conf import settings
from rest_framework import serializers

from core.privacy import DELETED_USER
from rooms.models import Message, Room, Seat


class RoomFields(serializers.Serializer):
    title = serializers.CharField(max_length=200)
    password = serializers.CharField(
        max_length=128,
        required=False,
        allow_blank=True,
        allow_null=True,
        trim_whitespace=False,
        write_only=True,
        help_text="Empty: none.",
    )
    capacity = serializers.IntegerField(required=False, min_value=1, max_value=settings.ROOM_MAX_CAPACITY)
    language = serializers.CharField(
        max_length=35, required=False, allow_blank=True, help_text="ISO 639-1; empty: detected."
    )


class RoomFilter(serializers.Serializer):
    mine = serializers.BooleanField(required=False, help_text="Your own only.")
    q = serializers.CharField(required=False, allow_blank=True, max_length=200, help_text="In the title.")
    closed = serializers.BooleanField(required=False, help_text="Closed ones, too.")


class JoinFields(serializers.Serializer):
    password = serializers.CharField(
        max_length=128, required=False, allow_blank=True, allow_null=True, trim_whitespace=False
    )


class AcquireFields(serializers.Serializer):
    wait = serializers.BooleanField(
        required=False, help_text="Queue up where somebody else speaks: the grant comes as `speaker.changed`."
    )


class Order(serializers.Serializer):
    order = serializers.ChoiceField(
        ["asc", "desc"],
        required=False,
        help_text="`asc`: oldest first; `desc`: newest first. Else the newest come first by offset, and what "
        "comes stands in the order in which it was said.",
    )


class RoomBody(serializers.ModelSerializer):
    """A room with who speaks there now."""

    has_password = serializers.SerializerMethodField()
    participant_count = serializers.IntegerField()
    observer_count = serializers.IntegerField(help_text="Meetings that record what is said in the room.")
    created_by = serializers.UUIDField(source="owner_id", allow_null=True)
    current_speaker_user_id = serializers.UUIDField(allow_null=True)
    speaker_expires_at = serializers.DateTimeField(allow_null=True)
    seq = serializers.IntegerField(help_text="Of the newest event: what a socket may ask for `after`.")
    grant = serializers.IntegerField(help_text="Number of the newest grant of the speaker lock.")

    class Meta:
        model = Room
        fields = (
            "id",
            "title",
            "has_password",
            "participant_count",
            "observer_count",
            "capacity",
            "language",
            "created_by",
            "created_at",
            "closed_at",
            "current_speaker_user_id",
            "speaker_expires_at",
            "grant",
            "seq",
        )
        read_only_fields = fields

    def get_has_password(self, room: Room) -> bool:
        return bool(room.password)


class JoinedBody(serializers.Serializer):
    joined = serializers.BooleanField()


class LeftBody(serializers.Serializer):
    left = serializers.BooleanField()


class ReleasedBody(serializers.Serializer):
    released = serializers.BooleanField()


class ParticipantBody(serializers.Serializer):
    user_id = serializers.UUIDField()
    email = serializers.EmailField(source="user.email")
    status = serializers.SerializerMethodField()
    joined_at = serializers.DateTimeField(source="created_at")

    def get_status(self, seat: Seat) -> str:
        """Only who is online is listed."""
        return "online"


class TurnBody(serializers.Serializer):
    acquired = serializers.BooleanField()
    current_speaker_user_id = serializers.UUIDField()
    expires_at = serializers.DateTimeField()
    grant = serializers.IntegerField(help_text="Grows with each new grant; may be named to `/stt`.")


class PlaceBody(serializers.Serializer):
    acquired = serializers.BooleanField()
    position = serializers.IntegerField(help_text="1 is next.")
    current_speaker_user_id = serializers.UUIDField()
    expires_at = serializers.DateTimeField()


class MessageBody(serializers.ModelSerializer):
    sender_user_id = serializers.UUIDField(source="sender_id", allow_null=True)
    sender_email = serializers.SerializerMethodField()
    content_text = serializers.CharField(source="text")
    meta_json = serializers.DictField(source="meta")

    class Meta:
        model = Message
        fields = (
            "id",
            "room_id",
            "sender_user_id",
            "sender_email",
            "type",
            "content_text",
            "meta_json",
            "status",
            "created_at",
        )
        read_only_fields = fields

    def get_sender_email(self, message: Message) -> str:
        return message.sender.email if message.sender else DELETED_USER
