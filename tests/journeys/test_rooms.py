"""Two people in a room, over real sockets to a real server process: one speaks, both read the same."""

import asyncio
import contextlib
import io
import json
import re
import socket
import subprocess
import sys
import wave
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

import httpx2
import pytest
import websockets
from websockets.asyncio.client import ClientConnection

from audio.media.isolate import decode_in_child
from audio.media.terms import Source
from integrations.contracts.audio import RATE, PcmFile
from tests.faults.conftest import ROOT, House, kill_group

pytestmark = pytest.mark.django_db(transaction=True)

SAMPLE = ROOT / "samples" / "weekly-sync.opus"
GREETING = (0.4, 7.6)
"""Seconds in which Maya says good morning."""
BATCHES = (29.4, 34.5)
"""Seconds in which Daniel recommends batches."""
PATIENCE = 40
MEMORY = pytest.param(
    "config.settings.test",
    ["I am Maya and this is our weekly meeting.", "I am Daniel, the import is running again."],
    "I am Maya and this is our weekly meeting.",
    id="memory",
)
WHISPER = pytest.param(
    "tests.journeys.with_whisper",
    ["good morning everyone it's monday", "the release the onboarding screens and then the customer report"],
    "batches it is a bit more work but nobody has to stay up on saturday night",
    marks=pytest.mark.engines,
    id="whisper",
)


@pytest.fixture
def start(transactional_db, tmp_path):
    """`start(settings_module)` runs a server process; gives its address."""

    @contextlib.contextmanager
    def run(settings_module: str) -> Iterator[str]:
        house = House(tmp_path)
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            listening.listen()
            listening.set_inheritable(True)
            address = f"127.0.0.1:{listening.getsockname()[1]}"
            with (tmp_path / "server.log").open("wb") as log:
                process = subprocess.Popen(
                    [
                        sys.executable,
                        "-m",
                        "uvicorn",
                        "config.asgi:application",
                        f"--fd={listening.fileno()}",
                    ],
                    cwd=ROOT,
                    env=house.environment() | {"DJANGO_SETTINGS_MODULE": settings_module},
                    pass_fds=[listening.fileno()],
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        try:
            yield address
        finally:
            kill_group(process)

    return run


@pytest.fixture(scope="module")
def recording(tmp_path_factory) -> PcmFile:
    """Our own recording, as engines take it."""
    target = tmp_path_factory.mktemp("sample") / "sample.wav"
    decode_in_child([Source(SAMPLE)], target)
    return PcmFile(target)


def as_wav(pcm: bytes) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(pcm)
    return out.getvalue()


@dataclass
class Person:
    """A client with an account: what it asks over HTTP, and what its socket is told."""

    http: httpx2.AsyncClient
    address: str
    id: str = ""
    token: str = ""
    told: list[dict] = field(default_factory=list)
    line: ClientConnection | None = None

    async def post(self, path: str, status: int = 200, **options) -> dict:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        answer = await self.http.post(f"/api/v1{path}", headers=headers, **options)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def get(self, path: str) -> list | dict:
        answer = await self.http.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {self.token}"})
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def sign_up(self, email: str) -> None:
        account = await self.post("/auth/signup", 201, json={"email": email, "password": "a long secret 7"})
        self.id, self.token = account["user"]["id"], account["access_token"]

    async def listen(self, room: str, *, after: int | None = None) -> None:
        address = f"ws://{self.address}/ws/rooms/{room}" + (f"?after={after}" if after is not None else "")
        self.line = await websockets.connect(address, subprotocols=["bearer", self.token])

    async def until(self, kind: str) -> dict:
        async with asyncio.timeout(PATIENCE):
            while True:
                self.told.append(json.loads(await self.line.recv()))
                if self.told[-1]["type"] == kind:
                    return self.told[-1]

    async def say(self, pcm: bytes, **start: int) -> None:
        await self.line.send(json.dumps({"type": "audio.start", "payload": start}))
        for begin in range(0, len(pcm), RATE // 5):
            await self.line.send(pcm[begin : begin + RATE // 5])
        await self.line.send(json.dumps({"type": "audio.end"}))

    def durable(self) -> list[dict]:
        return [each for each in self.told if each["type"] not in ("transcript.partial", "audio.refused")]

    def texts(self) -> list[str]:
        return [each["payload"]["text"] for each in self.told if each["type"] == "message.created"]


@contextlib.asynccontextmanager
async def two_people(address: str) -> AsyncIterator[tuple[Person, Person]]:
    async with httpx2.AsyncClient(base_url=f"http://{address}", timeout=PATIENCE) as http:
        maya, daniel = Person(http, address), Person(http, address)
        await maya.sign_up("maya@example.org")
        await daniel.sign_up("daniel@example.org")
        yield maya, daniel


def words(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower())


def holds(text: str, sentence: str) -> bool:
    """Nearly all words of the sentence stand in the text: an engine may mishear one."""
    said, wanted = words(text), words(sentence)
    return sum(word in said for word in wanted) >= 0.85 * len(wanted)


@pytest.mark.parametrize(("settings_module", "spoken", "handed_in"), [MEMORY, WHISPER])
def test_one_speaks_and_both_read_the_same(start, recording, settings_module, spoken, handed_in):
    with start(settings_module) as address:
        asyncio.run(converse(address, recording, spoken, handed_in))


async def converse(address: str, recording: PcmFile, spoken: list[str], handed_in: str) -> None:
    async with two_people(address) as (maya, daniel):
        room = (await maya.post("/rooms", 201, json={"title": "Weekly", "language": "en"}))["id"]
        for person in (maya, daniel):
            await person.post(f"/rooms/{room}/join", json={})
            await person.listen(room, after=0)
        await speak(maya, daniel, room, recording.read(*GREETING), spoken)
        clip = as_wav(recording.read(*BATCHES))
        await hand_over_and_hand_in(maya, daniel, room, clip, handed_in)
        await come_back(maya, daniel, room, clip)
        await leave(maya, daniel, room)


async def speak(maya: Person, daniel: Person, room: str, pcm: bytes, spoken: list[str]) -> None:
    turn = await maya.post(f"/rooms/{room}/speaker/acquire", json={})
    assert (turn["acquired"], turn["current_speaker_user_id"]) == (True, maya.id)
    for person in (maya, daniel):
        assert (await person.until("speaker.changed"))["payload"]["current_speaker_user_id"] == maya.id
    await maya.say(pcm, grant=turn["grant"])
    for person in (maya, daniel):
        async with asyncio.timeout(PATIENCE):
            while not all(holds(" ".join(person.texts()), sentence) for sentence in spoken):
                await person.until("message.created")
    assert maya.texts() == daniel.texts()
    kept = await daniel.get(f"/rooms/{room}/messages")
    assert [each["content_text"] for each in kept] == daniel.texts()
    assert all(each["meta_json"]["processing_time_ms"] > 0 for each in kept)


async def hand_over_and_hand_in(maya: Person, daniel: Person, room: str, clip: bytes, text: str) -> None:
    taken = await daniel.post(f"/rooms/{room}/speaker/acquire", 409, json={})
    assert taken["detail"] == "SPEAKER_TAKEN"
    await maya.post(f"/rooms/{room}/speaker/release")
    await daniel.post(f"/rooms/{room}/speaker/acquire", json={})
    for person in (maya, daniel):
        while (await person.until("speaker.changed"))["payload"]["current_speaker_user_id"] != daniel.id:
            pass
    await maya.say(b"\x00\x10" * RATE)
    assert (await maya.until("audio.refused"))["payload"]["code"] == "NOT_SPEAKER"
    refused = await maya.post(f"/rooms/{room}/stt", 403, files={"file": ("said.wav", clip)})
    assert refused["detail"] == "NOT_SPEAKER"
    answer = await daniel.post(f"/rooms/{room}/stt", files={"file": ("said.wav", clip)})
    assert holds(answer["text"], text)
    for person in (maya, daniel):
        told = await person.until("message.created")
        assert (told["payload"]["message_id"], told["payload"]["text"]) == (
            answer["message_id"],
            answer["text"],
        )


async def come_back(maya: Person, daniel: Person, room: str, clip: bytes) -> None:
    """What Maya missed while she was away comes in its place, once."""
    await maya.line.close()
    answer = await daniel.post(f"/rooms/{room}/stt", files={"file": ("said.wav", clip)})
    await daniel.post(f"/rooms/{room}/speaker/release")
    await maya.listen(room, after=maya.told[-1]["seq"])
    for person in (maya, daniel):
        assert (await person.until("message.created"))["payload"]["message_id"] == answer["message_id"]
        assert (await person.until("speaker.changed"))["payload"]["current_speaker_user_id"] is None


async def leave(maya: Person, daniel: Person, room: str) -> None:
    assert await daniel.post(f"/rooms/{room}/leave") == {"left": True}
    assert (await maya.until("participant.left"))["payload"]["user_id"] == daniel.id
    with pytest.raises(websockets.ConnectionClosed) as closed:
        await daniel.until("nothing")
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4403, "NOT_PARTICIPANT")
    assert await maya.post(f"/rooms/{room}/leave") == {"left": True}
    with pytest.raises(websockets.ConnectionClosed):
        await maya.until("nothing")
    both = [person.durable() for person in (maya, daniel)]
    assert both[0][: len(both[1])] == both[1]
    numbers = [event["seq"] for event in maya.told if event["type"] != "audio.refused"]
    assert numbers == sorted(set(numbers))
