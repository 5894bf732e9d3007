"""Bodies that nobody would send by mistake: refused in the contract's words, or taken as what they say."""

import json
import re
from collections.abc import Iterable

import pytest
from django.core.cache import cache
from django.db import transaction

from . import operations
from .operations import FORM, JSON, Operation
from .world import World, rows

pytestmark = pytest.mark.django_db

OPERATIONS = [
    each
    for each in operations.every()
    if JSON in each.spec.get("requestBody", {}).get("content", {})
    and not each.path.startswith("/api/v1/web/")
]
"""`/web` is `/mobile` once more, view by view."""
WRONG = {
    "a list": ["a"],
    "an object": {"a": {"b": []}},
    "a huge number": 2**63 - 1,
    "null": None,
    "a null byte": "a\x00@example.org",
    "half a character": "a\ud800@example.org",
    "much": "a" * 50_000 + "@example.org",
}


def fields_of(operation: Operation) -> list[str]:
    schema = operation.spec["requestBody"]["content"][JSON]["schema"]
    while "$ref" in schema:
        schema = operation.components[schema["$ref"].rpartition("/")[2]]
    return list(schema.get("properties", {}))


def is_in_its_dialect(operation: Operation, body: dict) -> bool:
    if operation.path.startswith("/v1/"):
        return body["success"] is False and {"code", "message"} <= body["error"].keys()
    places = body["detail"] if isinstance(body["detail"], list) else []
    return isinstance(body["code"], str) and all({"loc", "msg", "type"} == each.keys() for each in places)


def judge(world: World, operation: Operation, bodies: Iterable[object]) -> None:
    """No crash; each error is in the dialect's form, in few words, and they all changed nothing."""
    client = world.signed_in(None if operation.is_open else "owner")
    address = operation.address(world.subjects)
    for body in bodies:
        cache.clear()
        here = transaction.savepoint()
        answer = getattr(client, operation.method)(address, json.dumps(body), content_type=JSON)
        assert answer.status_code < 500, answer.content
        if answer.status_code < 400:
            transaction.savepoint_rollback(here)
        else:
            assert is_in_its_dialect(operation, answer.json())
            assert len(answer.content) < 20_000
    assert rows() == world.before


def each_once() -> list[Operation]:
    """One operation for each kind of body: the mounts share their serializers."""
    kinds = {}
    for each in OPERATIONS:
        kind = re.sub("^/(api/)?v1/(mobile/|web/)?", "", each.path), each.method, *fields_of(each)
        if FORM not in each.spec["requestBody"]["content"]:
            kinds.setdefault(kind, each)
    return list(kinds.values())


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_a_body_in_which_every_field_is_wrong_is_refused_in_the_dialect(world, operation):
    fields = fields_of(operation)
    wrong = [WRONG[each] for each in ("a list", "an object", "half a character")]
    judge(world, operation, [dict.fromkeys(fields, each) for each in wrong])


@pytest.mark.parametrize("operation", each_once(), ids=str)
def test_a_body_in_which_one_field_is_wrong_breaks_nothing(world, operation):
    right = operation.request(world.subjects)["data"]
    wrong = [each for name, each in WRONG.items() if name != "an object"]
    judge(world, operation, [right | {field: each} for field in fields_of(operation) for each in wrong])
