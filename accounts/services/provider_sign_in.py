"""Signing in with Microsoft or Google: the way there, and the way back (rule 12)."""

import logging
from dataclasses import dataclass

from django.conf import settings

from accounts.errors import AccessDenied, NotConfigured, NotConfirmed
from accounts.models import SignInAttempt, User
from accounts.services import attempts, hand_offs, identities, sessions
from accounts.services.tokens import Tokens
from core import audit, codes, return_addresses
from core.errors import DomainError
from integrations import registry
from integrations.contracts.identity import Claims, Identity
from integrations.errors import Misconfigured, Rejected, Unavailable

logger = logging.getLogger(__name__)

KIND = "identity"
PROVIDERS = ("microsoft", "google")
OUT_OF_ORDER = ("temporarily_unavailable", "server_error")
"""What a provider sends the browser back with when it cannot serve (RFC 6749, 4.1.2.1)."""


@dataclass(frozen=True)
class Begun:
    """Where the browser goes, and what the app will recognise the answer by."""

    auth_url: str
    state: str


@dataclass(frozen=True)
class Finished:
    """Somebody is signed in; or, with a `location`, their browser has to go back to the app."""

    user: User | None = None
    tokens: Tokens | None = None
    location: str = ""


def begin(provider: str, *, return_to: str = "", challenge: str = "") -> Begun:
    """Start a sign-in. The app's own PKCE `challenge` binds the one-time code that `return_to` gets.

    Raises NotConfigured, ReturnAddressNotAllowed.
    """
    served = _served(provider)
    if return_to:
        return_addresses.require_allowed(return_to)
    state, attempt = attempts.begin(
        provider,
        redirect_uri=settings.SIGN_IN_REDIRECT_URIS[provider],
        return_to=return_to,
        challenge=challenge,
    )
    try:
        url = served.authorization_url(
            state=state,
            nonce=attempt.nonce,
            challenge=codes.challenge_of(attempt.verifier),
            redirect_uri=attempt.redirect_uri,
        )
    except Misconfigured as error:
        raise _not_configured(provider, error) from error
    return Begun(url, state)


def finish(provider: str, *, state: str, code: str = "", error: str = "") -> Finished:
    """The browser is back from the provider, with a code or an error. The attempt is over, come what may.

    Raises NotConfigured, UnknownAttempt; and, unless the app is told by its address, AccessDenied,
    NotConfirmed, Unavailable and what `identities.account_of` raises.
    """
    served = _served(provider)
    try:
        attempt = attempts.use(provider, state)
    except DomainError as refused:
        _note(provider, refused)
        raise
    try:
        user = _person(served, attempt, code, error)
    except (DomainError, Unavailable) as refused:
        _note(provider, refused)
        if not attempt.return_to:
            raise
        return _sent_back(attempt, error=_word(refused), state=state)
    if attempt.return_to:
        given = hand_offs.give(user, provider=provider, challenge=attempt.challenge)
        return _sent_back(attempt, code=given, state=state)
    return Finished(user, sessions.start(user, provider=provider))


def _served(provider: str) -> Identity:
    if provider not in registry.aliases(KIND):
        raise NotConfigured(provider)
    return registry.provider(KIND, provider)


def _person(served: Identity, attempt: SignInAttempt, code: str, error: str) -> User:
    if error == "access_denied":
        raise AccessDenied(attempt.provider)
    if error in OUT_OF_ORDER:
        raise Unavailable(f"{attempt.provider.title()} cannot sign anybody in at the moment.")
    if error:
        raise NotConfirmed(attempt.provider)
    return identities.account_of(attempt.provider, _claims(served, attempt, code))


def _claims(served: Identity, attempt: SignInAttempt, code: str) -> Claims:
    """Who came back. The reason for which nothing is proven is for the log: it helps only who forges."""
    try:
        return served.claims(
            code, verifier=attempt.verifier, nonce=attempt.nonce, redirect_uri=attempt.redirect_uri
        )
    except Rejected as error:
        logger.warning("a sign-in proved nothing: %s", error)
        raise NotConfirmed(attempt.provider) from error
    except Misconfigured as error:
        raise _not_configured(attempt.provider, error) from error


def _not_configured(provider: str, error: Misconfigured) -> NotConfigured:
    logger.error("signing in with %s is not set up: %s", provider, error)
    return NotConfigured(provider)


def _sent_back(attempt: SignInAttempt, **answer: str) -> Finished:
    return Finished(location=return_addresses.with_answer(attempt.return_to, **answer))


def _word(refused: DomainError | Unavailable) -> str:
    """What the app is told in `error`: `access_denied`, `domain_not_allowed`, ..."""
    return refused.code.lower() if isinstance(refused, DomainError) else "temporarily_unavailable"


def _note(provider: str, refused: DomainError | Unavailable) -> None:
    audit.record(audit.Action.SIGN_IN_REFUSED, provider=provider, reason=_word(refused))
