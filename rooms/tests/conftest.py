"""What tests of rooms share."""

import pytest

from accounts.tests.people import person
from core import realtime


@pytest.fixture
def guest(db):
    return person("guest@example.org")


@pytest.fixture
def third(db):
    return person("third@example.org")


@pytest.fixture
def published(monkeypatch) -> list[tuple[str, dict]]:
    """What was handed to the channel layer: `(group, message)`."""
    sent = []
    monkeypatch.setattr(realtime, "deliver", lambda group, message: sent.append((group, message)))
    return sent
