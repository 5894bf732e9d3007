"""Secrets that are shown once, the digest that is all we keep of them, and the proof (PKCE) behind a code."""

import base64
import hashlib
import hmac
import secrets


def new() -> str:
    """43 letters that nobody guesses; also a PKCE verifier (RFC 7636, 4.1)."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What tables and counters know of what somebody was shown, or has typed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def challenge_of(verifier: str) -> str:
    """PKCE's S256 (RFC 7636, 4.2)."""
    hashed = hashlib.sha256(verifier.encode("utf-8", "replace")).digest()
    return base64.urlsafe_b64encode(hashed).rstrip(b"=").decode()


def proves(verifier: str, challenge: str) -> bool:
    """Whether this verifier was meant. Where there was no challenge none may come (RFC 9700, 2.1.1)."""
    if not challenge or not verifier:
        return challenge == verifier
    return hmac.compare_digest(challenge_of(verifier), challenge)
