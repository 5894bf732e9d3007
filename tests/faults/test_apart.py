"""Web, worker and scheduler as processes of their own, on PostgreSQL and Redis: an upload becomes effects."""

import contextlib
import json
import signal
import socket
import subprocess
import sys
import urllib.request
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from integrations.models import Effect
from meetings.models import Meeting, Run
from meetings.tests import factories

from .conftest import ROOT, kill_group
from .test_kills import assert_all_is_there_once, described, settled
from .test_serve import is_healthy

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

BESIDE_PYTHON = Path(sys.executable).parent


def a_free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def start(house):
    """Starts a command as a process of its own, which ends with the test."""
    with contextlib.ExitStack() as running, (house.folder / "workers.log").open("ab") as log:

        def begin(*command: str) -> subprocess.Popen:
            process = subprocess.Popen(
                [str(each) for each in command],
                cwd=ROOT,
                env=house.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            running.callback(kill_group, process)
            return process

        yield begin


@pytest.fixture
def servers():
    if connection.vendor != "postgresql" or not settings.REDIS_URL:
        pytest.skip("processes apart need PostgreSQL and Redis, which another leg of the suite has")


def post(address: str, token: str, content: bytes = b"", media_type: str = "application/json") -> dict:
    request = urllib.request.Request(
        address,
        data=content,
        headers={"Authorization": f"Bearer {token}", "Content-Type": media_type},
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def form(fields: dict[str, str], file: bytes) -> tuple[bytes, str]:
    boundary = uuid.uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="audio_file"; filename="meeting.wav"\r\n\r\n'
    )
    body = b"".join([*parts, head.encode(), file, f"\r\n--{boundary}--\r\n".encode()])
    return body, f"multipart/form-data; boundary={boundary}"


@pytest.mark.parametrize("server", ["uvicorn", "daphne"])
def test_an_upload_passes_through_processes_that_stand_apart(servers, house, start, eventually, server):
    port = a_free_port()
    flag = {"uvicorn": "--port", "daphne": "-p"}[server]
    start(BESIDE_PYTHON / server, "config.asgi:application", flag, str(port))
    worker = start(sys.executable, "manage.py", "rundramatiq")
    start(sys.executable, "manage.py", "scheduler")
    address = f"http://127.0.0.1:{port}"
    eventually(lambda: is_healthy(address), 120, house.log)

    token = factories.token(factories.person())
    people = [{"name": name, "email": f"{name.lower()}@example.org"} for name in ("Maya", "Daniel")]
    facts = {"title": "Weekly sync", "participants": json.dumps(people), "timezone": "UTC"}
    made = post(f"{address}/api/v1/mobile/meetings/", token, *form(facts, factories.wav()))
    meeting = Meeting.objects.get(pk=made["id"])
    assert Run.objects.filter(meeting=meeting, released_at__isnull=True).count() == 1
    post(f"{address}/api/v1/meetings/{meeting.pk}/complete", token)
    eventually(lambda: settled(meeting), 120, lambda: described(meeting, house))
    assert_all_is_there_once(meeting, house)
    assert set(Effect.objects.values_list("claim", flat=True)) == {1}

    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=60) == 0


def test_workers_without_redis_are_refused(house):
    refused = subprocess.run(
        [sys.executable, "manage.py", "rundramatiq"],
        cwd=ROOT,
        env=house.environment() | {"REDIS_URL": ""},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert refused.returncode == 1
    assert "`rundramatiq` takes its work from Redis: set REDIS_URL" in refused.stderr
