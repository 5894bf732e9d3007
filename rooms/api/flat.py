"""`/api/v1/rooms`: stt-rooms.md in the flat dialect, but for `/stt` and the socket."""

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from core.dialects import FlatView, raises, visible
from core.dialects.pages import FlatPages
from rooms import errors, selectors
from rooms.api import bodies
from rooms.api.one_room import OfOneRoom
from rooms.services import rooms, seats, speaker


class Conversation(FlatPages):
    """Pages of messages: the newest first, each to be read from top to bottom (rule 15)."""

    def paginate_queryset(self, queryset, request, view=None):
        order = view.asked(bodies.Order).get("order")
        if order == "asc":
            return super().paginate_queryset(queryset.reverse(), request, view)
        page = super().paginate_queryset(queryset, request, view)
        return page if order == "desc" else page[::-1]


class Rooms(FlatView, ViewSet):
    page_limit = 50

    @extend_schema(
        parameters=[bodies.RoomFilter], responses=bodies.RoomBody(many=True), operation_id="rooms_list"
    )
    @visible("public")
    def list(self, request: Request) -> Response:
        """Everybody's rooms, newest first."""
        return self.listed(selectors.listed(request.user, **self.asked(bodies.RoomFilter)), bodies.RoomBody)

    @extend_schema(request=bodies.RoomFields, responses={201: bodies.RoomBody})
    @raises(errors.UnknownLanguage)
    def create(self, request: Request) -> Response:
        """Open a room. Nobody sits in it yet, not even you: join it."""
        room = rooms.create(request.user, **self.parsed(bodies.RoomFields))
        return self.answer(selectors.get(room.pk), bodies.RoomBody, status=201)


class OneRoom(OfOneRoom):
    @extend_schema(responses=bodies.RoomBody)
    @raises(errors.RoomNotFound)
    @visible("public")
    def read(self, request: Request, room_id) -> Response:
        """A room, for every signed-in user."""
        return self.answer(selectors.get(room_id), bodies.RoomBody)

    @extend_schema(request=bodies.RoomFields(partial=True), responses=bodies.RoomBody)
    @raises(
        errors.RoomNotFound,
        errors.NotRoomOwner,
        errors.RoomClosed,
        errors.CapacityTooSmall,
        errors.UnknownLanguage,
    )
    @visible("participant")
    def change(self, request: Request, room_id) -> Response:
        """Change your room: title, password (empty: none), capacity, language."""
        rooms.change(request.user, room_id, **self.parsed(bodies.RoomFields, partial=True))
        return self.answer(selectors.get(room_id), bodies.RoomBody)

    @extend_schema(responses={204: None})
    @raises(errors.RoomNotFound, errors.NotRoomOwner)
    @visible("participant")
    def remove(self, request: Request, room_id) -> Response:
        """Delete your room with all that was said in it."""
        rooms.remove(request.user, room_id)
        return self.removed("Room deleted")

    @extend_schema(request=None, responses=bodies.RoomBody)
    @raises(errors.RoomNotFound, errors.NotRoomOwner)
    @visible("participant")
    def close(self, request: Request, room_id) -> Response:
        """End the conversation in your room: nobody can join any more; what was said stays."""
        rooms.close(request.user, room_id)
        return self.answer(selectors.get(room_id), bodies.RoomBody)


class Seats(OfOneRoom):
    @extend_schema(request=bodies.JoinFields, responses=bodies.JoinedBody)
    @raises(
        errors.RoomNotFound,
        errors.RoomFull,
        errors.RoomClosed,
        errors.InvalidPassword,
        errors.TooManyPasswords,
    )
    @visible("public")
    def join(self, request: Request, room_id) -> Response:
        """Take a seat; joining twice is joining once.

        It is yours while a socket of yours is open there, and for a while after each request about the room.
        """
        seats.join(request.user, room_id, **self.parsed(bodies.JoinFields))
        return self.answer({"joined": True}, bodies.JoinedBody)

    @extend_schema(request=None, responses=bodies.LeftBody)
    @raises(errors.RoomNotFound, errors.NotParticipant)
    @visible("participant")
    def leave(self, request: Request, room_id) -> Response:
        """Give up your seat, and the speaker lock if you hold it."""
        seats.leave(request.user, room_id)
        return self.answer({"left": True}, bodies.LeftBody)

    @extend_schema(responses=bodies.ParticipantBody(many=True), operation_id="participants_list")
    @raises(errors.RoomNotFound, errors.NotParticipant)
    @visible("participant")
    def list(self, request: Request, room_id) -> Response:
        """Who is online in the room, in the order in which they came."""
        return self.listed(selectors.participants(request.user, room_id), bodies.ParticipantBody)

    @extend_schema(responses={204: None})
    @raises(errors.RoomNotFound, errors.NotRoomOwner, errors.ParticipantNotFound)
    @visible("participant")
    def remove(self, request: Request, room_id, user_id) -> Response:
        """Send somebody out of your room."""
        seats.remove(request.user, room_id, user_id)
        return self.removed("Participant removed")


class Speaker(OfOneRoom):
    @extend_schema(request=bodies.AcquireFields, responses={200: bodies.TurnBody, 202: bodies.PlaceBody})
    @raises(errors.RoomNotFound, errors.NotParticipant, errors.RoomClosed, errors.SpeakerTaken)
    @visible("participant")
    def acquire(self, request: Request, room_id) -> Response:
        """Take the speaker lock, renew it, or queue up for it."""
        taken = speaker.acquire(request.user, room_id, **self.parsed(bodies.AcquireFields))
        if taken.acquired:
            return self.answer(taken, bodies.TurnBody)
        return self.answer(taken, bodies.PlaceBody, status=202)

    @extend_schema(request=None, responses=bodies.ReleasedBody)
    @raises(errors.RoomNotFound, errors.NotSpeaker)
    @visible("participant")
    def release(self, request: Request, room_id) -> Response:
        """Give the speaker lock back; who has waited longest has it then."""
        speaker.release(request.user, room_id)
        return self.answer({"released": True}, bodies.ReleasedBody)

    @extend_schema(request=None, responses=bodies.TurnBody)
    @raises(errors.RoomNotFound, errors.NotSpeaker)
    @visible("participant")
    def heartbeat(self, request: Request, room_id) -> Response:
        """Keep the speaker lock."""
        return self.answer(speaker.heartbeat(request.user, room_id), bodies.TurnBody)

    @extend_schema(responses={204: None})
    @raises(errors.RoomNotFound, errors.NotParticipant)
    @visible("participant")
    def stop_waiting(self, request: Request, room_id) -> Response:
        """Leave the queue for the speaker lock."""
        speaker.stop_waiting(request.user, room_id)
        return self.removed("Left the queue")


class Messages(OfOneRoom):
    page_limit = 100
    pagination_class = Conversation

    @extend_schema(
        parameters=[bodies.Order], responses=bodies.MessageBody(many=True), operation_id="room_messages_list"
    )
    @raises(errors.RoomNotFound, errors.NotParticipant)
    @visible("participant")
    def list(self, request: Request, room_id) -> Response:
        """What was said in the room."""
        return self.listed(selectors.messages(request.user, room_id), bodies.MessageBody)


_ROOM = "rooms/<id:room_id>"

urlpatterns = [
    path("rooms", Rooms.as_view({"get": "list", "post": "create"})),
    path(_ROOM, OneRoom.as_view({"get": "read", "patch": "change", "delete": "remove"})),
    path(f"{_ROOM}/close", OneRoom.as_view({"post": "close"})),
    path(f"{_ROOM}/join", Seats.as_view({"post": "join"})),
    path(f"{_ROOM}/leave", Seats.as_view({"post": "leave"})),
    path(f"{_ROOM}/participants", Seats.as_view({"get": "list"})),
    path(f"{_ROOM}/participants/<id:user_id>", Seats.as_view({"delete": "remove"})),
    path(f"{_ROOM}/speaker/acquire", Speaker.as_view({"post": "acquire"})),
    path(f"{_ROOM}/speaker/release", Speaker.as_view({"post": "release"})),
    path(f"{_ROOM}/speaker/heartbeat", Speaker.as_view({"post": "heartbeat"})),
    path(f"{_ROOM}/speaker/queue", Speaker.as_view({"delete": "stop_waiting"})),
    path(f"{_ROOM}/messages", Messages.as_view({"get": "list"})),
]
