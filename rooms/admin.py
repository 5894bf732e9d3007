"""Rooms for people who operate the product: who sits where and since when, and a way to end a conversation.

Events are not shown: they repeat what rooms and messages say. A password is shown by nobody to nobody.
"""

from django.contrib import admin, messages
from django.http import HttpRequest

from core import audit
from core.admin import PersonalReadOnlyAdmin, ReadOnlyInline
from rooms import selectors
from rooms.errors import RoomNotFound
from rooms.models import Message, Room, Seat, Waiting
from rooms.services import rooms


class PeopleInline(ReadOnlyInline):
    """Somebody in a room, by their account: the row has no name of its own."""

    hide_title = True

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).select_related("user")


class SeatInline(PeopleInline):
    model = Seat
    fields = ("user", "created_at", "present_until")


class WaitingInline(PeopleInline):
    model = Waiting
    fields = ("user", "created_at")


@admin.register(Room)
class RoomAdmin(PersonalReadOnlyAdmin):
    person = "owner_id"
    list_display = ("title", "owner", "participants", "capacity", "speaker", "closed_at", "created_at")
    list_filter = ("closed_at", "created_at")
    search_fields = ("id", "title", "owner__email")
    date_hierarchy = "created_at"
    list_select_related = ("owner", "speaker")
    fields = (
        "id",
        "title",
        "owner",
        "capacity",
        "protected",
        "language",
        "speaker",
        "speaker_until",
        "grant",
        "seq",
        "closed_at",
        "created_at",
        "updated_at",
    )
    inlines = (SeatInline, WaitingInline)
    actions = ("close",)

    def get_queryset(self, request: HttpRequest):
        return selectors.with_participants(super().get_queryset(request))

    @admin.display(description="participants", ordering="participant_count")
    def participants(self, room: Room) -> int:
        return room.participant_count

    @admin.display(description="password", boolean=True)
    def protected(self, room: Room) -> bool:
        return bool(room.password)

    def has_close_permission(self, request: HttpRequest) -> bool:
        """Rows are read-only here; closing takes the right to change them."""
        return request.user.has_perm("rooms.change_room")

    @admin.action(description="Close rooms", permissions=["close"])
    def close(self, request: HttpRequest, chosen) -> None:
        closed = 0
        for room in chosen:
            try:
                ended = rooms.close_for_operator(room.pk)
            except RoomNotFound:
                continue
            if ended:
                self.record(request, audit.Action.CHANGED_BY_STAFF, room, did="close")
            closed += ended
        self.message_user(request, f"{closed} rooms are closed.", messages.SUCCESS)


@admin.register(Message)
class MessageAdmin(PersonalReadOnlyAdmin):
    person = "sender_id"
    list_display = ("room", "sender", "__str__", "status", "created_at")
    list_filter = ("type", "status", "created_at")
    search_fields = ("id", "room__title", "room__id", "sender__email")
    date_hierarchy = "created_at"
    list_select_related = ("room", "sender")
    fields = ("id", "room", "sender", "type", "text", "meta", "status", "created_at")
