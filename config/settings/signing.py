"""What signs our tokens, and what verifies them: one secret, or a pair of keys of which JWT_SECRET is one."""

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from django.core.exceptions import ImproperlyConfigured

SHORTEST_SECRET = 32
"""Bytes of a secret that nobody guesses by trying signatures (RFC 7518, 3.2)."""
SHORTEST_RSA_KEY = 2048
CURVES = {"ES256": ec.SECP256R1, "ES384": ec.SECP384R1, "ES512": ec.SECP521R1}
SECRETS = ("HS256", "HS384", "HS512")
RSA = ("RS256", "RS384", "RS512")


def keys_for(algorithm: str, secret: str, *, shortest: int = 0) -> dict[str, str]:
    """simplejwt's settings for JWT_ALGORITHM and JWT_SECRET; the algorithm is the only one that is taken.

    `shortest` is the least length of a secret in bytes. Raises ImproperlyConfigured.
    """
    if algorithm in SECRETS:
        return {"ALGORITHM": algorithm, "SIGNING_KEY": _secret(algorithm, secret, shortest)}
    if algorithm in RSA or algorithm in CURVES:
        pem = secret.replace("\\n", "\n")
        public = _private_key(algorithm, pem).public_key()
        verifying = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        return {"ALGORITHM": algorithm, "SIGNING_KEY": pem, "VERIFYING_KEY": verifying}
    known = ", ".join((*SECRETS, *RSA, *CURVES))
    raise ImproperlyConfigured(f"JWT_ALGORITHM is {algorithm!r}; it must be one of {known}.")


def _secret(algorithm: str, secret: str, shortest: int) -> str:
    if secret.startswith("-----BEGIN"):
        raise ImproperlyConfigured(f"JWT_SECRET is a PEM key, but JWT_ALGORITHM={algorithm} wants a secret.")
    if len(secret.encode()) < shortest:
        raise ImproperlyConfigured(
            f"JWT_SECRET (or else SECRET_KEY) must have at least {shortest} bytes to sign with {algorithm}."
        )
    return secret


def _private_key(algorithm: str, pem: str) -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ImproperlyConfigured(
            f"JWT_ALGORITHM={algorithm} needs an unencrypted private key in JWT_SECRET: "
            r"PEM, with \n for its line breaks."
        ) from None
    if algorithm in RSA:
        fits = isinstance(key, rsa.RSAPrivateKey) and key.key_size >= SHORTEST_RSA_KEY
        wanted = f"an RSA key of at least {SHORTEST_RSA_KEY} bits"
    else:
        fits = isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, CURVES[algorithm])
        wanted = f"a key on the curve {CURVES[algorithm].name}"
    if not fits:
        raise ImproperlyConfigured(f"JWT_ALGORITHM={algorithm} needs {wanted} in JWT_SECRET.")
    return key
