"""The clients that the documentation shows work, each in a process of its own against a real server."""

import re
import select
import shutil
import subprocess
import sys
import wave
from pathlib import Path

import pytest

from config.env import BASE_DIR
from meetings.models import Meeting
from meetings.tests import factories
from tests.serving import served

pytestmark = pytest.mark.django_db(transaction=True)

CLIENTS = BASE_DIR / "docs" / "clients"
SECONDS = 30
SPOKEN = 1.0
NODE_LIVE = """
import { readFileSync } from "node:fs";
import { live } from "./live.mjs";
const [server, token, path] = process.argv.slice(2);
const told = ({ type, payload }) => console.log(type, JSON.stringify(payload));
const session = live(server, token, "encoding=pcm_s16le&sample_rate=16000", told);
await session.opened;
session.send(readFileSync(path).subarray(44));
session.finish();
const { code } = await session.closed;
console.log("code", code);
"""
NODE_ROOM = """
import { room } from "./room.mjs";
const [server, token, id] = process.argv.slice(2);
const told = ({ type, payload }) => console.log(type, JSON.stringify(payload));
room(server, token, id, told, (code, reason) => console.log("code", code, reason));
"""


@pytest.fixture
def server():
    with served() as address:
        yield address


@pytest.fixture
def recording(tmp_path) -> Path:
    path = tmp_path / "talk.wav"
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16_000)
        sound.writeframes(b"\x00\x10\x00\xf0" * round(SPOKEN * 8_000))
    return path


def python(client: str, *arguments: object) -> list[str]:
    return [sys.executable, str(CLIENTS / f"{client}.py"), *map(str, arguments)]


def node(folder: Path, client: str, script: str, *arguments: object) -> list[str]:
    """Node 20 has WebSocket behind a flag, 22 without; where neither, the test has nothing to run in."""
    flags = ["--experimental-websocket"]
    if shutil.which("node") is None:
        pytest.skip("there is no node")
    asked = subprocess.run(["node", *flags, "-p", "typeof WebSocket"], capture_output=True, text=True)
    if asked.stdout.strip() != "function":
        pytest.skip("this node has no WebSocket")
    shutil.copy(CLIENTS / f"{client}.js", folder / f"{client}.mjs")
    (folder / "run.mjs").write_text(script)
    return ["node", *flags, str(folder / "run.mjs"), *map(str, arguments)]


def output(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0, done.stderr
    return done.stdout


def types(text: str) -> list[str]:
    return [line.split()[0] for line in text.splitlines()]


@pytest.mark.parametrize("language", ["python", "node"])
def test_the_live_client_streams_a_recording_into_a_meeting(language, server, owner, recording, tmp_path):
    arguments = f"ws://{server}", factories.token(owner), recording
    command = (
        python("live", *arguments) if language == "python" else node(tmp_path, "live", NODE_LIVE, *arguments)
    )
    told = types(output(command))
    assert told[0] == "session"
    assert "ack" in told
    assert "transcript" in told
    assert "closed" in told[-2:]
    stream = Meeting.objects.get(owner=owner).streams.get()
    assert (stream.state != "open", stream.stored_ms) == (True, round(SPOKEN * 1000))


@pytest.mark.parametrize("language", ["python", "node"])
def test_the_room_client_reads_until_it_is_told_to_go(language, server, api, owner, tmp_path):
    room = api.post("/api/v1/rooms", {"title": "Stand-up"}, format="json").json()["id"]
    speaker = f"/api/v1/rooms/{room}/speaker"
    api.post(f"/api/v1/rooms/{room}/join")
    arguments = f"ws://{server}", factories.token(owner), room
    command = (
        python("room", *arguments) if language == "python" else node(tmp_path, "room", NODE_ROOM, *arguments)
    )
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as client:
        try:
            while client.poll() is None and not select.select([client.stdout], [], [], 0.1)[0]:
                api.post(f"{speaker}/acquire")
                api.post(f"{speaker}/release")
            api.delete(f"/api/v1/rooms/{room}")
            text = client.stdout.read()
        finally:
            client.kill()
    assert re.search(r"^speaker\.changed ", text, re.MULTILINE)
    assert re.search(r"^room\.closed ", text, re.MULTILINE)
    assert re.search(r"4404 ROOM_NOT_FOUND$", text, re.MULTILINE)
