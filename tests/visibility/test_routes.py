"""Every operation of the OpenAPI document, asked with the ids of somebody else's things.

New routes are covered by being there: a path parameter needs a subject in `World.subjects`, and a body that
the schema does not describe well enough a word in `operations.WORDS`.
"""

import pytest

from . import operations
from .operations import Operation
from .world import World, rows, without

pytestmark = [pytest.mark.django_db, pytest.mark.once]

OPERATIONS = list(operations.every())
CLOSED = [each for each in OPERATIONS if not each.is_open]


def asked(world: World, who: str | None, operation: Operation):
    """The answer to one of the people, and what they sent."""
    subjects = world.subjects
    request, query = operation.request(subjects), operation.query(subjects)
    address = operation.address(subjects)
    client = world.signed_in(who)
    if operation.method == "get":
        return client.get(address, query), (address, query)
    return getattr(client, operation.method)(address, **request), (address, request)


def of(visibility: str) -> list[Operation]:
    return [each for each in CLOSED if each.visibility == visibility]


@pytest.mark.parametrize("operation", CLOSED, ids=str)
def test_without_a_good_token_nothing_is_told_and_nothing_happens(world, operation):
    for who in (None, "garbage"):
        answer, sent = asked(world, who, operation)
        assert answer.status_code == 401
        assert world.leaked(answer, sent=sent) == []
    assert rows() == world.before


@pytest.mark.parametrize("operation", of("private"), ids=str)
def test_what_is_private_is_not_there_for_a_stranger(world, operation):
    answer, sent = asked(world, "stranger", operation)
    assert world.leaked(answer, sent=sent) == []
    if operation.names_an_object:
        assert (answer.status_code, rows()) == (404, world.before)
    else:
        assert answer.status_code < 500
        assert without(world.stranger, world.before) <= rows()


@pytest.mark.parametrize("operation", of("participant"), ids=str)
def test_what_is_for_those_who_take_part_is_for_them_and_nobody_else(world, operation):
    for who in ("stranger", "staff"):
        answer, sent = asked(world, who, operation)
        assert answer.status_code in (403, 404)
        assert world.leaked(answer, sent=sent) == []
        assert rows() == world.before
    answer, _ = asked(world, "participant", operation)
    assert answer.status_code in (200, 201, 202, 204, 403, 409), answer.content


@pytest.mark.parametrize("operation", of("staff"), ids=str)
def test_what_is_for_staff_is_refused_to_everybody_else(world, operation):
    for who in ("stranger", "participant", "owner"):
        answer, _ = asked(world, who, operation)
        assert (answer.status_code, rows()) == (403, world.before)
    assert asked(world, "staff", operation)[0].status_code < 400


@pytest.mark.parametrize("operation", of("public"), ids=str)
def test_what_is_public_is_for_every_signed_in_user(world, operation):
    assert asked(world, "stranger", operation)[0].status_code in (200, 201, 202, 204, 409)


@pytest.mark.parametrize("operation", [each for each in OPERATIONS if each.is_open], ids=str)
def test_what_is_open_tells_and_changes_nothing_of_anybody(world, operation):
    answer, sent = asked(world, None, operation)
    assert answer.status_code < 500 or answer.status_code == 503, answer.content
    assert answer.status_code != 422 or answer.json()["code"] != "VALIDATION_ERROR", answer.json()
    assert world.leaked(answer, sent=sent) == []
    assert world.before <= rows()
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("operation", [*of("private"), *of("participant")], ids=str)
def test_the_same_request_is_good_for_the_owner(world, operation):
    """Else a refusal above would prove nothing: a body that is not valid, an address that nobody has, a list
    with nothing in it. And no cache keeps what it tells."""
    answer, _ = asked(world, "owner", operation)
    assert answer.status_code in (200, 201, 202, 204, 409), answer.headers
    assert operation.method != "get" or world.leaked(answer, sent="")
    assert answer.headers["Cache-Control"] == "no-store"
