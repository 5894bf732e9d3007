"""The contract of providers that somebody signs in with."""

import hashlib
from base64 import urlsafe_b64encode
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from integrations.contracts.identity import Identity
from integrations.errors import Rejected
from integrations.tests.contracts.options import ProviderSuite

VERIFIER = "a-verifier-of-the-tests-that-is-at-least-43-letters-long"
CHALLENGE = urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
ASKED = {
    "state": "the state",
    "nonce": "the-nonce",
    "challenge": CHALLENGE,
    "redirect_uri": "http://here/back",
}
SHOWN = {"verifier": VERIFIER, "nonce": "the-nonce", "redirect_uri": "http://here/back"}


class IdentitySuite(ProviderSuite):
    """Subclasses give `provider`, and `code_of(provider, url)` signs in with a verified e-mail."""

    def code_of(self, provider: Any, url: str) -> str:
        raise NotImplementedError("a subclass of the suite signs in")

    @pytest.fixture
    def code(self, provider: Identity) -> str:
        return self.code_of(provider, provider.authorization_url(**ASKED))

    def test_the_address_carries_state_and_redirect_escaped(self, provider: Identity) -> None:
        query = parse_qs(urlsplit(provider.authorization_url(**ASKED)).query)
        assert (query["state"], query["redirect_uri"]) == (["the state"], ["http://here/back"])

    def test_a_code_tells_who_came(self, provider: Identity, code: str) -> None:
        claims = provider.claims(code, **SHOWN)
        assert claims.subject
        assert (claims.email, claims.email_verified) == ("user@example.com", True)
        assert (claims.name, claims.given_name, claims.family_name) == ("John Doe", "John", "Doe")

    def test_a_code_is_good_once(self, provider: Identity, code: str) -> None:
        provider.claims(code, **SHOWN)
        with pytest.raises(Rejected):
            provider.claims(code, **SHOWN)

    @pytest.mark.parametrize(
        "wrong", [{"verifier": VERIFIER[::-1]}, {"nonce": "another"}, {"redirect_uri": "http://there/back"}]
    )
    def test_a_code_is_good_for_its_own_sign_in_only(
        self, provider: Identity, code: str, wrong: dict[str, str]
    ) -> None:
        with pytest.raises(Rejected):
            provider.claims(code, **(SHOWN | wrong))

    def test_a_code_that_was_never_given_is_refused(self, provider: Identity) -> None:
        with pytest.raises(Rejected):
            provider.claims("made-up", **SHOWN)
