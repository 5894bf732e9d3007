"""Base of every view about one room: whoever sits there and asks about it is present."""

from typing import Any

from rest_framework.request import Request
from rest_framework.viewsets import ViewSet

from core.dialects import FlatView
from rooms.services import presence


class OfOneRoom(FlatView, ViewSet):
    """Its routes have a `room_id`."""

    def initial(self, request: Request, *args: Any, **place: Any) -> None:
        super().initial(request, *args, **place)
        presence.touch(place["room_id"], request.user.pk)
