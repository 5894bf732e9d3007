"""Fixtures of all provider tests: a vendor on localhost, and sound."""

import socket
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.register_assert_rewrite("integrations.tests.contracts")

from integrations.contracts.audio import Clip  # noqa: E402
from integrations.providers.tickets.memory import MemoryTickets  # noqa: E402
from integrations.tests.sound import tone  # noqa: E402
from integrations.tests.vendors.server import Vendor  # noqa: E402


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    server = Vendor()
    yield server
    server.close()


@pytest.fixture
def closed_port() -> int:
    """A port of this machine at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def lagging(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tracker's search sees what was opened only after a while."""
    monkeypatch.setattr(MemoryTickets, "search_lag", 3.0)


@pytest.fixture
def twelve_seconds() -> Clip:
    return Clip(tone(12.0))


@pytest.fixture
def wav_file(tmp_path: Path) -> Path:
    path = tmp_path / "twelve.wav"
    with wave.open(str(path), "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(16_000)
        wav.writeframes(tone(12.0))
    return path
