"""A token that is not good is refused the same way in each dialect and at each door of a socket."""

import asyncio
from urllib.parse import quote

import jwt
import pytest
from channels.testing import WebsocketCommunicator
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from django.conf import settings
from rest_framework_simplejwt import state
from rest_framework_simplejwt.backends import TokenBackend

from config.settings.signing import keys_for
from config.sockets import router
from core import bearer

from .bad_tokens import BAD, OTHERS_KEY, claims
from .world import rows

pytestmark = [pytest.mark.django_db, pytest.mark.once]

PATIENCE = 10.0
"""Seconds for a machine that does much else."""

FLAT = {"detail": "Could not validate credentials", "code": "UNAUTHORIZED"}
ENVELOPED = {"success": False, "error": {"code": "UNAUTHORIZED", "message": "Invalid or expired token"}}
DOORS = {"/api/v1/auth/me": FLAT, "/api/v1/mobile/auth/me": FLAT, "/v1/users/me": ENVELOPED}


@pytest.fixture(scope="module")
def bad(world) -> dict[str, str]:
    """All bad tokens, made of the owner's."""
    return {name: make(world.tokens["owner"]) for name, make in BAD.items()}


def refused(world, token: str) -> None:
    for path, body in DOORS.items():
        answer = world.signed_in(None).get(path, HTTP_AUTHORIZATION=f"Bearer {token}")
        assert (answer.status_code, answer.json()) == (401, body)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def accepted(world, token: str) -> None:
    for path in DOORS:
        answer = world.signed_in(None).get(path, HTTP_AUTHORIZATION=f"Bearer {token}")
        assert answer.status_code == 200


@pytest.mark.parametrize("name", BAD)
def test_a_bad_token_is_refused_in_the_words_of_each_dialect(world, bad, name):
    before = rows()
    refused(world, bad[name])
    assert rows() == before


@pytest.mark.parametrize("header", ["Bearer", "Bearer a b", "Basic YTpi", "Token TOKEN", "bearer", "TOKEN"])
def test_a_header_that_is_none_of_a_bearer_is_refused(world, header):
    value = header.replace("TOKEN", world.tokens["owner"])
    answer = world.signed_in(None).get("/v1/users/me", HTTP_AUTHORIZATION=value)
    assert (answer.status_code, answer.json()) == (401, ENVELOPED)


@pytest.mark.parametrize("path", ["/api/v1/auth/refresh", "/v1/auth/refresh"])
@pytest.mark.parametrize("changes", [{"exp": 10**30}, {"exp": "soon"}, {"jti": 7}, {"sid": [1]}, {"sub": {}}])
def test_a_refresh_token_of_ours_with_claims_that_are_none_is_refused(world, path, changes):
    """Nobody but us can make one; it is refused all the same, and is no crash."""
    before = rows()
    made = BAD["a refresh token"](world.tokens["owner"])
    token = jwt.encode(claims(made) | changes, settings.SIMPLE_JWT["SIGNING_KEY"], algorithm="HS256")
    answer = world.signed_in(None).post(path, {"refresh_token": token}, format="json")
    assert (answer.status_code, rows()) == (401, before)


def test_a_token_in_the_query_opens_no_route(world):
    """Only sockets take it there, because a browser gives them no header."""
    assert world.signed_in(None).get(f"/v1/users/me?token={world.tokens['owner']}").status_code == 401


def knock(world, address: str = "", **options) -> WebsocketCommunicator:
    return WebsocketCommunicator(router, f"/ws/meetings/{world.meeting.pk}{address}", **options)


async def closed_with(socket: WebsocketCommunicator) -> int | None:
    """The close code, or None for a socket that opens."""
    await socket.connect(PATIENCE)
    message = await socket.receive_output(PATIENCE)
    await socket.disconnect()
    return message.get("code")


async def at_each_door(world, token: str) -> list[int | None]:
    """In `?token=`, in `Authorization`, and as a subprotocol."""
    header = [(b"authorization", f"Bearer {token}".encode("latin-1"))]
    return [
        await closed_with(knock(world, f"?token={quote(token)}")),
        await closed_with(knock(world, headers=header)),
        await closed_with(knock(world, subprotocols=["bearer", token])),
    ]


def test_a_bad_token_opens_no_socket_by_any_of_its_three_ways(world, bad):
    before = rows()
    found = {name: asyncio.run(at_each_door(world, token)) for name, token in bad.items()}
    assert found == {name: [4401, 4401, 4401] for name in BAD}
    assert rows() == before
    assert asyncio.run(at_each_door(world, world.tokens["owner"])) == [None, None, None]


def test_a_good_token_beside_a_bad_one_does_not_help(world):
    """The query comes first: whoever can add a header to a link cannot swap the account behind it."""
    header = [(b"authorization", f"Bearer {world.tokens['owner']}".encode())]
    assert asyncio.run(closed_with(knock(world, "?token=a.b.c", headers=header))) == 4401


@pytest.fixture
def key_pair(monkeypatch) -> str:
    """Tokens are signed by RS256 for as long as a test lasts; the public key."""
    pem = OTHERS_KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    keys = keys_for("RS256", pem)
    backend = TokenBackend(keys["ALGORITHM"], keys["SIGNING_KEY"], keys["VERIFYING_KEY"])
    monkeypatch.setattr(state, "token_backend", backend)
    return OTHERS_KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def test_with_a_key_pair_tokens_are_good_and_the_public_key_is_no_secret(world, key_pair):
    before = rows()
    said = claims(world.tokens["owner"])
    good = state.token_backend.encode(said)
    assert jwt.get_unverified_header(good)["alg"] == "RS256"
    accepted(world, good)
    assert bearer.is_signed(good)
    head, body, _ = jwt.encode(said, "x" * 32, algorithm="HS256").split(".")
    signature = jwt.utils.base64url_encode(
        jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(
            f"{head}.{body}".encode(), key_pair.encode()
        )
    ).decode()
    for forged in (f"{head}.{body}.{signature}", world.tokens["owner"], f"{head}.{body}."):
        refused(world, forged)
        assert not bearer.is_signed(forged)
        assert asyncio.run(at_each_door(world, forged)) == [4401, 4401, 4401]
    assert rows() == before
