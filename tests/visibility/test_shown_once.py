"""What a POST issues is never kept for a replay: every secret in the OpenAPI document is declared as one."""

import re
import uuid
from collections.abc import Iterator

import pytest
from django.urls import resolve

from . import operations
from .operations import Operation

pytestmark = pytest.mark.once

SECRET = re.compile(r"token|secret|passw|auth|signature|otp|^(code|state)$|presigned|api_key")
NO_SECRETS = {
    ("/api/v1/meetings/{meeting_id}/join", "state"): "of an observer",
    ("/api/v1/meetings/{meeting_id}/leave", "state"): "of an observer",
    ("/api/v1/rooms", "has_password"): "yes or no",
    ("/api/v1/rooms/{room_id}/close", "has_password"): "yes or no",
    **{
        (path, "code"): "of a meeting, or of what went wrong in it"
        for path in (
            "/api/v1/meetings/",
            "/api/v1/meetings/{meeting_id}/cancel",
            "/api/v1/meetings/{meeting_id}/complete",
            "/api/v1/meetings/{meeting_id}/retry",
            "/extract/{meeting_id}",
            "/transcribe/{meeting_id}",
        )
    },
}


def fields(schema: dict, components: dict, seen: tuple = ()) -> Iterator[str]:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if name not in seen:
            yield from fields(components[name], components, (*seen, name))
    for part in (part for word in ("allOf", "oneOf", "anyOf") for part in schema.get(word, ())):
        yield from fields(part, components, seen)
    yield from fields(schema["items"], components, seen) if "items" in schema else ()
    for name, each in schema.get("properties", {}).items():
        yield name
        yield from fields(each, components, seen)


def issued(operation: Operation) -> set[str]:
    """What stands in its answers by a name that secrets have."""
    contents = [
        content
        for status, answer in operation.spec["responses"].items()
        for content in answer.get("content", {}).values()
        if status.startswith("2")
    ]
    names = {name for content in contents for name in fields(content["schema"], operation.components)}
    return {name for name in names if SECRET.search(name)}


def hidden(operation: Operation) -> set[str]:
    route = resolve(re.sub(r"{\w+}", str(uuid.uuid4()), operation.path)).func
    return set(getattr(getattr(route.cls, route.actions["post"]), "secret_fields", ()))


def test_every_secret_of_an_answer_that_is_kept_is_declared():
    kept = [
        each
        for each in operations.every()
        if "Idempotency-Key" in {given["name"] for given in each.spec.get("parameters", ())}
    ]
    assert len(kept) > 30
    found = {(each.path, name): name in hidden(each) for each in kept for name in issued(each)}
    assert {place for place, is_hidden in found.items() if not is_hidden} == set(NO_SECRETS)
    assert {path for (path, _), is_hidden in found.items() if is_hidden} == {
        "/api/v1/webhooks",
        "/api/v1/webhooks/{webhook_id}/rotate-secret",
        *(
            f"/api/v1/connections/{vendor}/authorize"
            for vendor in ("asana", "atlassian", "google", "microsoft")
        ),
    }
