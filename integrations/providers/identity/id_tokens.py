"""Whether an id_token is what it says it is (OpenID Connect Core 1.0, 3.1.3.7); `oidc` hands it in."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwt import JWTClaimsRegistry

from integrations.errors import Rejected
from integrations.providers.identity.keys import SigningKeys

Payload = dict[str, Any]

_UNREADABLE = (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError)
"""What a library may raise on bytes that are no token at all."""


@dataclass(frozen=True)
class IdTokens:
    """Reads the tokens of one provider that are meant for one client."""

    vendor: str
    keys: SigningKeys
    client_id: str
    issuer: Callable[[Payload], str]
    """The issuer that a token with these claims must name. Raises Rejected."""
    issuer_of_key: Callable[[str, Payload], str]
    """The same for what a key says of itself."""
    algorithms: tuple[str, ...] = ("RS256",)
    """What the token itself names as its algorithm counts only if it is here."""
    leeway: float = 60.0
    """Seconds by which the clocks may differ."""

    def verified(self, token: str, *, nonce: str, access_token: str = "") -> Payload:
        """The claims of a token that is signed, for us, in time and of this sign-in. Raises Rejected."""
        try:
            signed = jws.extract_compact(token.encode("ascii"))
            header, payload = signed.headers(), json.loads(signed.payload)
        except _UNREADABLE:
            raise self._refusal("cannot be read") from None
        if not isinstance(payload, dict) or not isinstance(header.get("kid", ""), str):
            raise self._refusal("cannot be read")
        self._require_algorithm(header)
        self._require_signature(signed, header, payload)
        self._require_claims(payload)
        self._require_audience(payload)
        if not _same(payload.get("nonce"), nonce):
            raise self._refusal("belongs to another sign-in")
        self._require_access_token(payload, access_token, header["alg"])
        return payload

    def _require_algorithm(self, header: Mapping[str, Any]) -> None:
        """Before any key is looked for, so that no token makes us fetch one that it could not use."""
        if header.get("alg") not in self.algorithms:
            raise self._refusal("is not signed with an algorithm that is accepted here")

    def _require_signature(
        self, signed: jws.CompactSignature, header: Mapping[str, Any], payload: Payload
    ) -> None:
        signing = self.keys.find(header.get("kid", ""))
        registry = jws.JWSRegistry(algorithms=list(self.algorithms), strict_check_header=False)
        try:
            good = jws.validate_compact(signed, signing.key, registry=registry)
        except _UNREADABLE:
            good = False
        if not good:
            raise self._refusal("is not signed by the provider")
        if signing.issuer and self.issuer_of_key(signing.issuer, payload) != payload.get("iss"):
            raise self._refusal("is signed with the key of another issuer")

    def _require_claims(self, payload: Payload) -> None:
        required = {"essential": True}
        registry = JWTClaimsRegistry(
            leeway=self.leeway,
            iss={**required, "value": self.issuer(payload)},
            aud={**required, "value": self.client_id},
            exp=required,
            iat=required,
        )
        try:
            registry.validate(payload)
        except JoseError as error:
            raise self._refusal(f"is not valid: {error.error} {error.description}".strip()) from None

    def _require_audience(self, payload: Payload) -> None:
        """A token for several clients names the one that asked for it."""
        audience, party = payload["aud"], payload.get("azp")
        alone = isinstance(audience, str) or len(audience) == 1
        if party != self.client_id and (party is not None or not alone):
            raise self._refusal("was issued to another client")

    def _require_access_token(self, payload: Payload, access_token: str, algorithm: str) -> None:
        if "at_hash" not in payload:
            return
        digest = hashlib.new(f"sha{algorithm[-3:]}", access_token.encode()).digest()
        half = base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
        if not _same(payload["at_hash"], half):
            raise self._refusal("came with an access token that is not its own")

    def _refusal(self, what: str) -> Rejected:
        return Rejected(f"The id_token of {self.vendor} {what}.")


def _same(said: Any, expected: str) -> bool:
    """Compares in constant time; an expectation that is empty is met by nothing."""
    if not isinstance(said, str) or not expected:
        return False
    return hmac.compare_digest(said.encode("utf-8", "surrogatepass"), expected.encode())
