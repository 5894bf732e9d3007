"""Prints what happens in a room, and misses nothing: room.py ws://127.0.0.1:8000 TOKEN ROOM"""

import asyncio
import json
import sys

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed


async def main(server, token, room):
    headers, after = {"Authorization": f"Bearer {token}"}, ""
    while True:
        try:
            address = f"{server}/ws/rooms/{room}{after}"
            async with connect(address, additional_headers=headers) as socket:
                while True:
                    event = json.loads(await socket.recv())
                    print(event["type"], event["payload"], flush=True)
                    after = f"?after={event['seq']}"
        except ConnectionClosed as closed:
            if closed.rcvd and (closed.rcvd.code == 1000 or 4400 <= closed.rcvd.code < 4500):
                sys.exit(f"{closed.rcvd.code} {closed.rcvd.reason}")
        except OSError:
            pass  # the server is away
        await asyncio.sleep(1)


asyncio.run(main(*sys.argv[1:]))
