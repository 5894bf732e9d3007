"""`docs/realtime.md` shows real messages, all of them, and clients that are files to copy."""

import json
import re

import jsonschema
import pytest

from config.env import BASE_DIR
from config.sockets import SOCKETS
from core import schemas
from core.sockets import CLOSES
from tests import described

PAGE = (BASE_DIR / "docs" / "realtime.md").read_text(encoding="utf-8")
CLIENTS = sorted((BASE_DIR / "docs" / "clients").iterdir())
EXAMPLES = [
    json.loads(line)
    for block in re.findall(r"^```json\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    for line in block.splitlines()
]
CHANNELS = [consumer.__name__ for _, consumer in SOCKETS]


def test_the_page_shows_every_client_as_it_is():
    assert len(CLIENTS) == 4
    for client in CLIENTS:
        language = {".py": "python", ".js": "js"}[client.suffix]
        assert f"```{language}\n{client.read_text(encoding='utf-8')}```" in PAGE, client.name


@pytest.mark.parametrize(
    "message", [each for each in EXAMPLES if "seq" in each], ids=lambda each: each["type"]
)
def test_an_example_of_what_comes_down_is_as_described(message):
    fitting = [channel for channel in CHANNELS if message["type"] in described.types_of(channel)]
    assert fitting

    def fits(channel: str) -> bool:
        try:
            described.check(channel, message)
        except jsonschema.ValidationError:
            return False
        return True

    assert any(fits(channel) for channel in fitting)


def test_every_message_has_an_example():
    down = {each["type"] for each in EXAMPLES if "seq" in each}
    assert set().union(*map(described.types_of, CHANNELS)) - down == set()
    up = {each["type"] for each in EXAMPLES if "seq" not in each}
    assert {control.type for _, consumer in SOCKETS for control in consumer.takes} == up


def test_every_example_of_a_control_names_what_its_payload_may_hold():
    known = {control.type: control for _, consumer in SOCKETS for control in consumer.takes}
    for example in EXAMPLES:
        if "seq" not in example:
            schema = schemas.of_dataclass(known[example["type"]], optional=True)
            jsonschema.validate(example.get("payload", {}), schema | {"additionalProperties": False})


def test_every_close_code_is_explained():
    codes = {*CLOSES, *(code for _, consumer in SOCKETS for code in consumer.closes)}
    explained = {int(code) for code in re.findall(r"^\| (\d{4}) \|", PAGE, re.MULTILINE)}
    assert explained == codes
