"""Id_tokens that prove nothing, each with the reason; used for the provider and for the whole way in."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

from integrations.tests.oidc_server import CLIENT_ID, rsa, signed, unsigned

Payload = dict[str, Any]
Forger = Callable[[Payload], str]

OTHER_TENANT = "99999999-2222-4333-8444-555555555555"


def changed(**changes: Any) -> Forger:
    """Well signed, with other claims; None leaves a claim out."""

    def forge(payload: Payload) -> str:
        claims = payload | {
            name: value(payload) if callable(value) else value for name, value in changes.items()
        }
        return signed({name: value for name, value in claims.items() if value is not None})

    return forge


def by_hmac(secret: Callable[[], bytes]) -> Forger:
    """HS256 with what everybody knows, the public key (RFC 8725, 2.1)."""

    def forge(payload: Payload) -> str:
        head = unsigned({"alg": "HS256", "kid": "first"}, payload).rpartition(".")[0]
        signature = hmac.new(secret(), head.encode(), hashlib.sha256).digest()
        return unsigned({"alg": "HS256", "kid": "first"}, payload, signature)

    return forge


def _altered(payload: Payload) -> str:
    head, body, signature = signed(payload).split(".")
    other = signed(payload | {"sub": "somebody-else", "oid": OTHER_TENANT}).split(".")[1]
    assert other != body
    return ".".join((head, other, signature))


def _now(seconds: float) -> Callable[[Payload], float]:
    return lambda payload: time.time() + seconds


FORGED: dict[str, tuple[Forger, str]] = {
    "alg none": (lambda p: unsigned({"alg": "none"}, p), "algorithm"),
    "alg none, spelt otherwise": (lambda p: unsigned({"alg": "nOnE", "kid": "first"}, p), "algorithm"),
    "HS256 with the public key as PEM": (by_hmac(lambda: rsa("first").as_pem(private=False)), "algorithm"),
    "HS256 with the public key as JWK": (
        by_hmac(lambda: json.dumps(rsa("first").as_dict(private=False)).encode()),
        "algorithm",
    ),
    "no algorithm": (lambda p: unsigned({"kid": "first"}, p), "cannot be read"),
    "another key under a known name": (lambda p: signed(p, rsa("foreign"), kid="first"), "not signed by"),
    "a key whose address the token brings along": (
        lambda p: signed(p, rsa("foreign"), kid="first", jku="http://127.0.0.1:1/jwks"),
        "not signed by",
    ),
    "an unknown key": (lambda p: signed(p, rsa("foreign")), "no key with the id"),
    "a key of another form": (lambda p: unsigned({"alg": "RS256", "kid": ["first"]}, p), "cannot be read"),
    "no signature": (lambda p: unsigned({"alg": "RS256", "kid": "first"}, p), "not signed by"),
    "claims of another token": (_altered, "not signed by"),
    "truncated": (lambda p: signed(p)[:-20], "not signed by"),
    "cut in the middle": (lambda p: signed(p).rpartition(".")[0], "cannot be read"),
    "empty": (lambda p: "", "cannot be read"),
    "not ASCII": (lambda p: "é.é.é", "cannot be read"),
    "claims that are a list": (lambda p: unsigned({"alg": "RS256", "kid": "first"}, [p]), "cannot be read"),
    "expired": (changed(exp=_now(-61)), "expired_token"),
    "without an end": (changed(exp=None), "missing_claim"),
    "an end that is not a number": (changed(exp="tomorrow"), "invalid_claim"),
    "not valid yet": (changed(nbf=_now(120)), "invalid_claim"),
    "issued in the future": (changed(iat=_now(120)), "invalid_claim"),
    "without a time of issue": (changed(iat=None), "missing_claim"),
    "another issuer": (changed(iss="https://login.example.net/v2.0"), "invalid_claim"),
    "an issuer that only begins alike": (changed(iss=lambda p: p["iss"] + "/"), "invalid_claim"),
    "without an issuer": (changed(iss=None), "missing_claim"),
    "for another client": (changed(aud="another-client"), "invalid_claim"),
    "for other clients": (changed(aud=["another-client", "a-third"]), "invalid_claim"),
    "for nobody": (changed(aud=None), "missing_claim"),
    "for several clients, asked for by nobody": (changed(aud=[CLIENT_ID, "other"]), "another client"),
    "for several clients, asked for by another": (
        changed(aud=[CLIENT_ID, "other"], azp="other"),
        "another client",
    ),
    "asked for by another client": (changed(azp="other"), "another client"),
    "the nonce of another sign-in": (changed(nonce="another"), "another sign-in"),
    "without a nonce": (changed(nonce=None), "another sign-in"),
    "a nonce that is not text": (changed(nonce=["x"]), "another sign-in"),
    "a nonce that cannot be written": (changed(nonce="\ud800"), "another sign-in"),
    "another access token's hash": (changed(at_hash="AAAAAAAAAAAAAAAAAAAAAA"), "access token"),
}
"""What is wrong -> how it is made, and a part of the sentence that refuses it."""

FORGED_FOR_MICROSOFT: dict[str, tuple[Forger, str]] = {
    "of a tenant that may not sign in": (
        changed(tid=OTHER_TENANT, iss=lambda p: p["iss"].replace(p["tid"], OTHER_TENANT)),
        "tenant that may not",
    ),
    "of another tenant than its issuer": (
        changed(iss=lambda p: p["iss"].replace(p["tid"], OTHER_TENANT)),
        "invalid_claim",
    ),
    "without a tenant": (changed(tid=None), "nothing usable in 'tid'"),
    "with a tenant that is a path": (changed(tid="../evil"), "nothing usable in 'tid'"),
    "without an account": (changed(oid=None), "nothing usable in 'oid'"),
    "with an account that is no id": (changed(oid="somebody"), "nothing usable in 'oid'"),
}

FORGED_FOR_GOOGLE: dict[str, tuple[Forger, str]] = {
    "without a subject": (changed(sub=None), "nothing usable in 'sub'"),
    "with an empty subject": (changed(sub=""), "nothing usable in 'sub'"),
    "with a subject that holds a null byte": (changed(sub="a\x00b"), "nothing usable in 'sub'"),
    "with a subject that is a number": (changed(sub=7), "invalid_claim"),
}
