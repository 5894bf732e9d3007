"""`docs/asyncapi.yaml` says what the code says, and is served."""

import re

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.test import Client

from config import asyncapi
from config.sockets import SOCKETS


def test_the_page_is_not_stale():
    call_command("asyncapi", check=True)


def test_a_stale_page_is_found_and_written_anew(tmp_path):
    page = tmp_path / "asyncapi.yaml"
    page.write_text("asyncapi: 3.0.0\n")
    with pytest.raises(CommandError, match="is stale"):
        call_command("asyncapi", check=True, file=page)
    assert page.read_text() == "asyncapi: 3.0.0\n"
    call_command("asyncapi", file=page)
    assert page.read_text() == asyncapi.text()


def test_it_is_served_to_everybody():
    answer = Client().get("/api/asyncapi/")
    assert (answer.status_code, answer.content.decode()) == (200, asyncapi.text())
    assert answer.headers["Content-Type"] == asyncapi.CONTENT_TYPE
    assert "/api/asyncapi/" in Client().get("/api/schema/").content.decode()


def test_every_socket_tells_something_and_says_what():
    described = yaml.safe_load(asyncapi.text())
    assert [channel["address"] for channel in described["channels"].values()] == [
        "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", route) for route, _ in SOCKETS
    ]
    assert [consumer.__name__ for _, consumer in SOCKETS if not consumer.tells] == []


def test_every_reference_leads_somewhere():
    described = yaml.safe_load(asyncapi.text())

    def follow(reference: str) -> None:
        place = described
        for key in reference.removeprefix("#/").split("/"):
            place = place[key]

    references = re.findall(r"\$ref: '(#/[^']+)'", asyncapi.text())
    assert references
    for reference in references:
        follow(reference)
