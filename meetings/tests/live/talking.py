"""A client of `/audio/stream` for tests, and sound for it to send."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlencode

from channels.routing import get_default_application
from channels.testing import WebsocketCommunicator

PATIENCE = 10.0


class Client:
    """Remembers what it was told. `until` waits for a message of a type, and gives its payload."""

    def __init__(self, token: str, **query):
        said = urlencode({"token": token} | query)
        self.socket = WebsocketCommunicator(get_default_application(), f"/audio/stream?{said}")
        self.told: list[dict] = []
        self.closed: tuple[int, str] | None = None

    async def open(self) -> dict | None:
        """The payload of `session`; None where the socket is closed instead."""
        connected, _ = await self.socket.connect(PATIENCE)
        assert connected
        return await self.until("session")

    async def until(self, *types: str) -> dict | None:
        while (message := await self.next()) is not None:
            if message["type"] in types:
                return message["payload"]
        return None

    async def next(self) -> dict | None:
        if self.closed is not None:
            return None
        message = await self.socket.receive_output(PATIENCE)
        if message["type"] == "websocket.close":
            self.closed = (message["code"], message.get("reason", ""))
            await self.socket.wait(PATIENCE)
            return None
        self.told.append(json.loads(message["text"]))
        return self.told[-1]

    async def until_stored(self, ms: int) -> None:
        while (await self.until("ack"))["stored_ms"] < ms:
            pass

    async def send(self, sound: bytes, *, piece: int = 6_400) -> None:
        for at in range(0, len(sound), piece):
            await self.socket.send_to(bytes_data=sound[at : at + piece])

    async def say(self, type_: str, **payload) -> None:
        await self.socket.send_to(text_data=json.dumps({"type": type_, "payload": payload}))

    async def close(self) -> dict:
        """Say good-bye; the payload of `closed`."""
        await self.say("close")
        ended = await self.until("closed")
        assert await self.next() is None
        assert self.closed == (1000, "")
        return ended

    async def leave(self) -> None:
        """As a connection that is lost."""
        await self.socket.disconnect()

    def of(self, type_: str) -> list[dict]:
        return [message["payload"] for message in self.told if message["type"] == type_]

    @property
    def finals(self) -> list[tuple[str, float, float]]:
        said = self.of("transcript")
        return [(each["text"], each["start"], each["end"]) for each in said if each["is_final"]]


@asynccontextmanager
async def talking(token: str, **query) -> AsyncIterator[Client]:
    client = Client(token, **query)
    await client.open()
    try:
        yield client
    finally:
        if client.closed is None:
            await client.leave()
