import pytest
from rest_framework.test import APIClient

from integrations import registry
from integrations.errors import Misconfigured


@pytest.fixture(autouse=True)
def _fresh_providers():
    registry.forget()
    yield
    registry.forget()


def test_health_names_the_version_and_who_serves_each_kind(settings):
    answer = APIClient().get("/health")
    body = answer.json()
    assert (answer.status_code, body["status"], body["version"]) == (200, "healthy", settings.VERSION)
    assert {"speech", "diarization", "language", "tickets", "mail"} <= body["engines"].keys()
    assert body["engines"]["speech"]["provider"] == "memory"
    assert body["engines"]["speech"]["ready"] is True


def test_an_engine_that_cannot_load_is_told_in_a_sentence_and_the_server_stays_healthy(monkeypatch):
    def missing(self) -> None:
        raise Misconfigured("The weights are not installed.")

    monkeypatch.setattr(type(registry.provider("speech", "memory")), "probe", missing)
    body = APIClient().get("/health").json()
    assert body["status"] == "healthy"
    assert body["engines"]["speech"]["ready"] is False
    assert body["engines"]["speech"]["detail"] == "The weights are not installed."


def test_a_kind_that_nothing_serves_is_said_to_be_so(settings):
    settings.SERVED_BY = settings.SERVED_BY | {"tickets": []}
    tickets = APIClient().get("/health").json()["engines"]["tickets"]
    assert (tickets["provider"], tickets["ready"]) == (None, False)
