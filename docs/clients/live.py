"""Streams a WAV file at the pace of speech: live.py ws://127.0.0.1:8000 TOKEN talk.wav"""

import asyncio
import json
import sys
import wave

from websockets.asyncio.client import connect


async def main(server, token, path):
    with wave.open(path) as sound:
        query = f"encoding=pcm_s16le&sample_rate={sound.getframerate()}&channels={sound.getnchannels()}"
        headers = {"Authorization": f"Bearer {token}"}
        async with connect(f"{server}/audio/stream?{query}", additional_headers=headers) as socket:
            speaking = asyncio.create_task(speak(socket, sound))
            async for message in socket:
                event = json.loads(message)
                print(event["type"], event["payload"], flush=True)
            await speaking


async def speak(socket, sound):
    while frames := sound.readframes(sound.getframerate() // 10):
        await socket.send(frames)
        await asyncio.sleep(0.1)
    await socket.send('{"type": "close"}')


asyncio.run(main(*sys.argv[1:]))
