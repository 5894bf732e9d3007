"""Which keys sign and verify tokens for each algorithm, and what an operator reads who gave the wrong one."""

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from django.core.exceptions import ImproperlyConfigured
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError

from config import env
from config.settings import tokens
from config.settings.signing import SHORTEST_SECRET, keys_for

SECRET = "a secret of thirty-two bytes or more"


def pem(key, encryption=None) -> str:
    encryption = encryption or NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption).decode()


RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC = RSA_KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
P256, P384 = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP384R1())
PAIRS = {"RS256": pem(RSA_KEY), "RS512": pem(RSA_KEY), "ES256": pem(P256), "ES384": pem(P384)}


def backend(algorithm: str, secret: str) -> TokenBackend:
    keys = keys_for(algorithm, secret)
    return TokenBackend(keys["ALGORITHM"], keys["SIGNING_KEY"], keys.get("VERIFYING_KEY", ""))


@pytest.mark.parametrize("broken", [str, lambda key: key.replace("\n", "\\n"), str.strip])
@pytest.mark.parametrize("algorithm", PAIRS)
def test_a_private_key_signs_and_its_public_one_verifies(algorithm, broken):
    signing = backend(algorithm, broken(PAIRS[algorithm]))
    assert signing.decode(signing.encode({"sub": "ann"})) == {"sub": "ann"}
    assert "PRIVATE" not in keys_for(algorithm, PAIRS[algorithm])["VERIFYING_KEY"]


def test_a_secret_signs_and_verifies():
    assert keys_for("HS256", SECRET) == {"ALGORITHM": "HS256", "SIGNING_KEY": SECRET}


def test_no_other_algorithm_is_taken_than_the_one_of_the_settings():
    """Also not the public key, which everybody has, as a secret."""
    by_secret, by_key = backend("HS256", SECRET), backend("RS256", PAIRS["RS256"])
    forged = jwt.PyJWS().encode(b'{"sub":"ann"}', key=b"x" * 32, algorithm="HS256")
    unsigned = jwt.encode({"sub": "ann"}, None, algorithm="none")
    longer = jwt.encode({"sub": "ann"}, PAIRS["RS256"], algorithm="RS512")
    for token in (forged, unsigned, longer, by_secret.encode({"sub": "ann"})):
        with pytest.raises(TokenBackendError):
            by_key.decode(token)
    for token in (forged, unsigned, by_key.encode({"sub": "ann"})):
        with pytest.raises(TokenBackendError):
            by_secret.decode(token)


@pytest.mark.parametrize(
    ("algorithm", "secret", "sentence"),
    [
        ("none", SECRET, "JWT_ALGORITHM is 'none'; it must be one of HS256, "),
        ("hs256", SECRET, "JWT_ALGORITHM is 'hs256'"),
        ("HS256", pem(P256), "JWT_SECRET is a PEM key, but JWT_ALGORITHM=HS256 wants a secret."),
        ("HS256", "too short", "must have at least 32 bytes to sign with HS256."),
        ("RS256", "", "JWT_ALGORITHM=RS256 needs an unencrypted private key in JWT_SECRET: PEM, with "),
        ("RS256", SECRET, "needs an unencrypted private key"),
        ("RS256", PUBLIC, "needs an unencrypted private key"),
        ("RS256", pem(RSA_KEY, BestAvailableEncryption(b"secret")), "needs an unencrypted private key"),
        ("RS256", pem(P256), "JWT_ALGORITHM=RS256 needs an RSA key of at least 2048 bits in JWT_SECRET."),
        ("ES256", pem(RSA_KEY), "JWT_ALGORITHM=ES256 needs a key on the curve secp256r1 in JWT_SECRET."),
        ("ES256", pem(P384), "needs a key on the curve secp256r1"),
    ],
)
def test_a_key_that_does_not_fit_is_refused_with_a_sentence_that_does_not_show_it(
    algorithm, secret, sentence
):
    with pytest.raises(ImproperlyConfigured) as refused:
        keys_for(algorithm, secret, shortest=SHORTEST_SECRET)
    assert sentence in str(refused.value)
    assert not secret or secret not in str(refused.value)


def test_the_secret_of_the_site_signs_where_there_is_no_other_but_is_no_key(monkeypatch):
    monkeypatch.setattr(env, "JWT_SECRET", "")
    monkeypatch.setattr(env, "JWT_ALGORITHM", "HS256")
    assert tokens.simple_jwt(SECRET)["SIGNING_KEY"] == SECRET
    monkeypatch.setattr(env, "JWT_ALGORITHM", "ES256")
    with pytest.raises(ImproperlyConfigured, match="needs an unencrypted private key"):
        tokens.simple_jwt(SECRET)
    monkeypatch.setattr(env, "JWT_SECRET", PAIRS["ES256"])
    assert tokens.simple_jwt(SECRET)["VERIFYING_KEY"].startswith("-----BEGIN PUBLIC KEY-----")
