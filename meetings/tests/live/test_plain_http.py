"""Who asks `/audio/stream` over plain HTTP is told what it is."""

import pytest
from rest_framework.test import APIClient

from meetings.models import Meeting


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("path", ["/audio/stream", "/api/v1/audio/stream", "/api/v1/audio/stream/"])
@pytest.mark.django_db
def test_it_is_a_websocket(method, path):
    answer = getattr(APIClient(), method)(path)
    assert (answer.status_code, answer.headers["Upgrade"]) == (426, "websocket")
    assert answer.json() == {
        "detail": "Live audio is a WebSocket: connect to this address with an upgrade request.",
        "code": "UPGRADE_REQUIRED",
    }
    assert not Meeting.objects.exists()
