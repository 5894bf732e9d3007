"""Connecting an account by consent at its vendor: the way there, and the way back (rule 12)."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import DurationField, Value
from django.db.models.functions import Now

from core import codes, return_addresses
from core.errors import DomainError
from integrations.contracts.consent import Consent, Grant
from integrations.errors import Misconfigured, Rejected, Unavailable
from integrations.models import Connection, ConsentAttempt
from integrations.refusals import (
    CodeRefused,
    ConnectingDenied,
    ScopeMissing,
    UnknownConsent,
    VendorNotConfigured,
)
from integrations.services import connecting, renewals
from integrations.services.connecting import Account
from integrations.vendors import VENDORS, kinds_of

logger = logging.getLogger(__name__)

LIFETIME = timedelta(minutes=10)
"""For typing a password and a second factor at the vendor."""
KEPT = timedelta(hours=1)


@dataclass(frozen=True)
class Begun:
    """Where the browser goes, and what the app will recognise the answer by."""

    auth_url: str
    state: str


@dataclass(frozen=True)
class Finished:
    """The account is connected; or, with a `location`, the browser has to go back to the app."""

    connection: Connection | None = None
    location: str = ""


def begin(owner: Any, vendor: str, *, return_to: str = "") -> Begun:
    """Start connecting. Raises VendorNotConfigured, ReturnAddressNotAllowed."""
    consent = _consent(vendor)
    if return_to:
        return_addresses.require_allowed(return_to)
    state, verifier = codes.new(), codes.new()
    redirect_uri = settings.CONNECTION_REDIRECT_URIS[vendor]
    ConsentAttempt.objects.create(
        owner=owner,
        vendor=vendor,
        state_digest=codes.digest(state),
        verifier=verifier,
        redirect_uri=redirect_uri,
        return_to=return_to,
        expires_at=Now() + Value(LIFETIME, DurationField()),
    )
    try:
        url = consent.authorization_url(
            state=state, challenge=codes.challenge_of(verifier), redirect_uri=redirect_uri
        )
    except Misconfigured as error:
        raise _not_configured(vendor, error) from error
    return Begun(url, state)


def finish(vendor: str, *, state: str, code: str = "", error: str = "") -> Finished:
    """The browser is back from the vendor, with a code or an error. The attempt is over, come what may.

    Raises UnknownConsent; and, unless the app is told by its address, ConnectingDenied, CodeRefused,
    VendorNotConfigured, Unavailable.
    """
    attempt = _used_up(vendor, state)
    try:
        connection = _connected(attempt, code, error)
    except (DomainError, Unavailable) as refused:
        if not attempt.return_to:
            raise
        return Finished(location=_back(attempt, state, error=_word(refused)))
    if attempt.return_to:
        return Finished(connection, _back(attempt, state, connection=str(connection.pk)))
    return Finished(connection)


def redeem(
    owner: Any, vendor: str, code: str, *, redirect_uri: str = "", verifier: str = "", kind: str = ""
) -> Connection:
    """Connect by an app's own code, for what `kind` names.

    Raises CodeRefused, ScopeMissing, VendorNotConfigured, Unavailable.
    """
    where = redirect_uri or settings.CONNECTION_REDIRECT_URIS[vendor]
    return _exchanged(owner.pk, vendor, code, verifier, where, kind)


def forget_old() -> int:
    """A chore: attempts that were over `KEPT` ago."""
    return ConsentAttempt.objects.filter(expires_at__lt=Now() - KEPT).delete()[0]


def _used_up(vendor: str, state: str) -> ConsentAttempt:
    """Of two who bring the same `state`, one wins. Raises UnknownConsent, whatever is wrong with it."""
    good = ConsentAttempt.objects.filter(
        vendor=vendor,
        state_digest=codes.digest(state),
        used_at__isnull=True,
        expires_at__gt=Now(),
        owner__is_active=True,
    )
    attempt = good.select_related("owner").first()
    if attempt is None or not good.update(used_at=Now()):
        raise UnknownConsent
    return attempt


def _connected(attempt: ConsentAttempt, code: str, error: str) -> Connection:
    if error or not code:
        raise ConnectingDenied(VENDORS[attempt.vendor].title)
    return _exchanged(attempt.owner_id, attempt.vendor, code, attempt.verifier, attempt.redirect_uri)


def _exchanged(
    owner_id: Any, vendor: str, code: str, verifier: str, redirect_uri: str, kind: str = ""
) -> Connection:
    consent = _consent(vendor)
    try:
        grant = consent.exchange(code, verifier=verifier, redirect_uri=redirect_uri)
    except Rejected as error:
        logger.warning("a consent at %s could not be redeemed: %s", vendor, error)
        raise CodeRefused(VENDORS[vendor].title) from error
    except Misconfigured as error:
        raise _not_configured(vendor, error) from error
    if kind and kind not in kinds_of(vendor, grant.scopes):
        raise ScopeMissing(VENDORS[vendor].title, kind)
    return connecting.connect(owner_id, _account(vendor, grant))


def _account(vendor: str, grant: Grant) -> Account:
    secrets = {"access_token": grant.access_token}
    if grant.refresh_token:
        secrets["refresh_token"] = grant.refresh_token
    return Account(
        vendor=vendor,
        account=grant.account,
        name=grant.name,
        secrets=secrets,
        options=grant.options,
        scopes=grant.scopes,
        expires_in=grant.expires_in,
    )


def _consent(vendor: str) -> Consent:
    try:
        return renewals.consent_of(vendor)
    except Misconfigured as error:
        raise _not_configured(vendor, error) from error


def _not_configured(vendor: str, error: Misconfigured) -> VendorNotConfigured:
    logger.error("connecting accounts of %s is not set up: %s", vendor, error)
    return VendorNotConfigured(VENDORS[vendor].title)


def _back(attempt: ConsentAttempt, state: str, **answer: str) -> str:
    return return_addresses.with_answer(attempt.return_to, **answer, state=state)


def _word(refused: DomainError | Unavailable) -> str:
    return refused.code.lower() if isinstance(refused, DomainError) else "temporarily_unavailable"
