"""The OpenAPI document is valid, complete, and shows each mount in its dialect; its pages need no network."""

import re

import pytest
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema


@pytest.fixture(scope="module")
def schema() -> dict:
    GENERATOR_STATS.reset()
    with GENERATOR_STATS.silence():
        return SchemaGenerator().get_schema(request=None, public=True)


def test_the_document_is_valid_and_nothing_had_to_be_guessed(schema):
    validate_schema(schema)
    assert not GENERATOR_STATS, [*GENERATOR_STATS._warn_cache, *GENERATOR_STATS._error_cache]


def test_every_operation_says_what_a_success_and_what_an_error_looks_like(schema):
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            answers = operation["responses"]
            is_a_socket = "426" in answers  # over plain HTTP it has no success
            assert is_a_socket or any(status.startswith("2") for status in answers), (method, path)
            assert path == "/health" or any(status.startswith("4") for status in operation["responses"]), path


def test_components_carry_the_name_of_their_dialect(schema):
    names = schema["components"]["schemas"]
    assert {"FlatAccount", "MemoAccount", "EnvelopedProfile"} <= names.keys()
    assert [name for name in names if not name.startswith(("Flat", "Memo", "Enveloped"))] == []


def test_the_envelope_is_part_of_the_described_answers(schema):
    answer = schema["paths"]["/v1/users/me"]["get"]["responses"]["200"]
    body = answer["content"]["application/json"]["schema"]
    assert body["required"] == ["success", "data"]
    assert body["properties"]["data"] == {"$ref": "#/components/schemas/EnvelopedProfile"}


def test_invalid_fields_are_described_with_the_status_of_the_dialect(schema):
    flat = schema["paths"]["/api/v1/auth/register"]["post"]["responses"]
    voice = schema["paths"]["/v1/auth/register"]["post"]["responses"]
    assert {"201", "400", "403", "409", "413", "415", "422", "429"} == flat.keys()
    assert {"201", "400", "403", "409", "413", "415", "429"} == voice.keys()


@pytest.mark.parametrize("page", ["/docs", "/redoc"])
def test_the_pages_of_the_documentation_load_nothing_from_elsewhere(page):
    client = Client()
    text = client.get(page).content.decode()
    assert re.findall(r"""(?:src|href)=["'](?:https?:)?//""", text) == []
    assets = re.findall(r"""(?:src|href)=["'](/static/[^"']+)""", text)
    assert assets
    for asset in assets:
        answer = client.get(asset)
        assert (answer.status_code, len(answer.getvalue()) > 0) == (200, True)
