"""Browsers of an allowed origin read every answer, refusals of the ASGI wrapper included."""

import pytest
from django.test import Client

from config.asgi import application
from tests.asgi import Exchange

APP = "https://app.example"


@pytest.fixture(autouse=True)
def _allowed(settings):
    settings.CORS_ALLOWED_ORIGINS = [APP]


def test_a_preflight_of_an_allowed_origin_is_answered():
    headers = {
        "Origin": APP,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, prefer",
    }
    answer = Client().options("/api/v1/meetings/1/complete", headers=headers)
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == APP
    assert "prefer" in answer.headers["Access-Control-Allow-Headers"]


def test_another_origin_is_told_nothing():
    answer = Client().get("/health", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in answer.headers


async def test_a_body_that_is_refused_before_it_is_read_can_be_read_by_the_browser():
    headers = {"Origin": APP, "Content-Length": str(3 * 1024 * 1024), "Content-Type": "multipart/form-data"}
    answer = await Exchange("POST", "/upload", headers=headers).run(application)
    assert (answer.status, answer.headers["access-control-allow-origin"]) == (401, APP)
