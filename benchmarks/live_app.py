"""The product's ASGI application with doors through which `live_fanout` sends; for benchmarks only.

`/bench/say` hands each text frame to every socket of `/bench/listen`: as little as ASGI can do, with nothing
of the product. `/bench/publish/ROOM` makes each a `message.created` of a room, on the way that an event takes
once it is committed; `/bench/post/ROOM` stores and numbers it first, as services do.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from channels.db import DatabaseSyncToAsync
from django.db import transaction

from config.asgi import application as product  # sets Django up, which models need
from core import realtime
from rooms.events import MessageCreated, group_of
from rooms.models import Room
from rooms.services import log

_listening: set[Callable] = set()


async def application(scope: dict, receive: Callable, send: Callable) -> None:
    door, _, room = scope.get("path", "").removeprefix("/bench/").partition("/")
    if scope["type"] != "websocket" or door not in DOORS:
        await product(scope, receive, send)
        return
    await receive()
    await send({"type": "websocket.accept"})
    await DOORS[door](room, receive, send)


async def _listen(room: str, receive: Callable, send: Callable) -> None:
    _listening.add(send)
    while (await receive())["type"] != "websocket.disconnect":
        pass
    _listening.discard(send)


async def _say(room: str, receive: Callable, send: Callable) -> None:
    while (message := await receive())["type"] == "websocket.receive":
        frame = {"type": "websocket.send", "text": message["text"]}
        for listener in list(_listening):
            await listener(frame)


async def _publish(room: str, receive: Callable, send: Callable) -> None:
    seq = (await Room.objects.aget(pk=room)).seq
    while (message := await receive())["type"] == "websocket.receive":
        seq += 1
        event = realtime.message_of(_event(room, message["text"]), seq=seq)
        realtime.deliver(group_of(UUID(room)), event)


async def _post(room: str, receive: Callable, send: Callable) -> None:
    def record(text: str) -> None:
        with transaction.atomic():
            log.record(room, _event(room, text))

    while (message := await receive())["type"] == "websocket.receive":
        await DatabaseSyncToAsync(record, thread_sensitive=False)(message["text"])
        await asyncio.sleep(0)


def _event(room: str, text: str) -> MessageCreated:
    return MessageCreated(
        message_id=room,
        room_id=room,
        sender_user_id=room,
        sender_email="person0@example.com",
        text=text,
        status="final",
        created_at=realtime.timestamp(datetime.now(UTC)),
    )


DOORS = {"listen": _listen, "say": _say, "publish": _publish, "post": _post}
