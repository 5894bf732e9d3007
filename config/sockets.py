"""Where the sockets are. Each address is also served under `/api/v1`, and with a slash at its end."""

from channels.routing import URLRouter
from django.urls import path, re_path

from core.sockets import LiveConsumer, NoSuchSocket
from meetings.consumers import AudioStream, MeetingProgress
from rooms.consumers import RoomSocket

SOCKETS: tuple[tuple[str, type[LiveConsumer]], ...] = (
    ("ws/meetings/<id:meeting_id>", MeetingProgress),
    ("ws/rooms/<id:room_id>", RoomSocket),
    ("audio/stream", AudioStream),
)
"""Route and consumer; the order is that of matching."""

router = URLRouter(
    [
        *(
            path(f"{prefix}{route}{slash}", consumer.as_asgi())
            for route, consumer in SOCKETS
            for prefix in ("", "api/v1/")
            for slash in ("", "/")
        ),
        re_path("", NoSuchSocket.as_asgi()),
    ]
)
