"""Tokens that are not good, each for a reason of its own, made for somebody whose good token is known."""

import base64
import json
import time
import uuid
from collections.abc import Callable
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from rest_framework_simplejwt.tokens import AccessToken

from accounts.models import Session, User
from accounts.services import sessions
from meetings.tests import factories

OTHERS_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)

Make = Callable[[str], str]


def claims(good: str) -> dict[str, Any]:
    return jwt.decode(good, options={"verify_signature": False})


def _ours(**changes: Any) -> Make:
    """Signed by us, with other claims; None takes one away."""

    def make(good: str) -> str:
        said = claims(good) | changes
        kept = {name: value for name, value in said.items() if value is not None}
        return jwt.encode(kept, settings.SIMPLE_JWT["SIGNING_KEY"], algorithm="HS256")

    return make


def _signed_by(key: Any, algorithm: str, headers: dict | None = None, **changes: Any) -> Make:
    return lambda good: jwt.encode(claims(good) | changes, key, algorithm=algorithm, headers=headers)


def _unsigned(word: str) -> Make:
    def make(good: str) -> str:
        head = base64.urlsafe_b64encode(json.dumps({"alg": word, "typ": "JWT"}).encode()).decode().strip("=")
        return f"{head}.{good.split('.')[1]}."

    return make


def _changed_inside(good: str) -> str:
    """Its claims name staff, its signature is that of before."""
    head, _, signature = good.split(".")
    other = json.dumps(claims(good) | {"role": "staff", "is_superuser": True}).encode()
    return f"{head}.{base64.urlsafe_b64encode(other).decode().strip('=')}.{signature}"


def _of_a_person_who_is(state: str) -> Make:
    def make(good: str) -> str:
        person = factories.person()
        token = sessions.start(person).access
        if state == "deleted":
            person.delete()
        else:
            User.objects.filter(pk=person.pk).update(is_active=False)
        return token

    return make


def _of_an_ended_session(good: str) -> str:
    person = factories.person()
    token = sessions.start(person).access
    sessions.end(Session.objects.filter(user=person), Session.Ended.LOGGED_OUT)
    return token


def _with_the_session_of_somebody_else(good: str) -> str:
    other = AccessToken(sessions.start(factories.person()).access)
    return _ours(sid=other["sid"])(good)


_PUBLIC_JWK = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(OTHERS_KEY.public_key()))

BAD: dict[str, Make] = {
    "nothing": lambda good: "",
    "not a token": lambda good: "a.b.c",
    "dots": lambda good: "...",
    "a megabyte": lambda good: "a" * 1_000_000,
    "no letters of a header": lambda good: "\u00e9\u00ff.\u00e9.\u00e9",
    "truncated": lambda good: good[:-10],
    "without signature": lambda good: good.rpartition(".")[0] + ".",
    "claims changed": _changed_inside,
    "expired": _ours(exp=int(time.time()) - 1),
    "never expiring": _ours(exp=None),
    "expiring some day": _ours(exp="tomorrow"),
    "expiring after the calendar": _ours(exp=10**30),
    "not yet good": _ours(nbf=int(time.time()) + 3600),
    "alg none": _unsigned("none"),
    "alg None": _unsigned("None"),
    "alg empty": _unsigned(""),
    "another algorithm": _signed_by("x" * 64, "HS512"),
    "our secret, another algorithm": lambda good: jwt.encode(
        claims(good), settings.SIMPLE_JWT["SIGNING_KEY"].ljust(64, "x"), algorithm="HS512"
    ),
    "another secret": _signed_by("another secret that is long enough to sign", "HS256"),
    "another issuer": _signed_by(OTHERS_KEY, "RS256", {"kid": "1"}, iss="https://login.example.net"),
    "brings its own key": _signed_by(OTHERS_KEY, "RS256", {"jwk": _PUBLIC_JWK}),
    "says where its key is": _signed_by(OTHERS_KEY, "RS256", {"jku": "https://example.net/keys"}),
    "a refresh token": _ours(token_type="refresh"),
    "of no type": _ours(token_type=None),
    "of nobody": _ours(sub=None),
    "of a number": _ours(sub=42),
    "of somebody unknown": _ours(sub=str(uuid.uuid4())),
    "of no session": _ours(sid=None),
    "of an unknown session": _ours(sid=str(uuid.uuid4())),
    "of a session that is none": _ours(sid="' OR 1=1 --"),
    "of several sessions": _ours(sid=["a", "b"]),
    "with the session of somebody else": _with_the_session_of_somebody_else,
    "of an ended session": _of_an_ended_session,
    "of a deleted person": _of_a_person_who_is("deleted"),
    "of a closed account": _of_a_person_who_is("closed"),
}
