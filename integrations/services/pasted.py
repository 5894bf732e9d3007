"""Connecting by credentials that somebody pastes; and asking whether a connection still serves."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from integrations import guard, registry
from integrations.errors import ConsentNeeded, Misconfigured, Rejected
from integrations.guard import AddressRefused
from integrations.models import Connection
from integrations.providers import accounts
from integrations.providers.accounts import Holder
from integrations.refusals import AddressUnfit, CredentialsRefused
from integrations.services import connecting, renewals
from integrations.services.borrowing import REFUSED, kept_outside
from integrations.services.connecting import Account
from integrations.vendors import VENDORS

OPEN = ("base_url", "email", "deployment", "channel")
"""What of the pasted is no secret."""


def connect(owner: Any, vendor: str, *, name: str = "", **given: str) -> Connection:
    """Connect with what was pasted, once the vendor has said whose it is.

    Raises CredentialsRefused, AddressUnfit, Unavailable.
    """
    names = _NAMES.get(vendor, {})
    given = {names.get(key, key): value for key, value in given.items()}
    holder = _verified(vendor, given)
    account = Account(
        vendor=vendor,
        account=holder.id,
        name=name or holder.name,
        secrets={key: value for key, value in given.items() if key not in OPEN},
        options={key: value for key, value in given.items() if key in OPEN} | _site(given),
    )
    return connecting.connect(owner.pk, account)


_NAMES = {"slack": {"bot_token": "token"}, "asana": {"personal_token": "token"}}
"""Words of the API, and of the providers' options."""


def check(connection: Connection) -> Connection:
    """Ask the vendor whether the connection serves; where it does not, it lapses.

    Raises Unavailable, Misconfigured where the vendor could not be asked.
    """
    try:
        connection = renewals.ready(connection.pk)
        if "access_token" in connection.secrets:
            renewals.consent_of(connection.vendor).recognise(connection.secrets["access_token"])
        else:
            _holder(connection.vendor, {**connection.options, **connection.secrets})
    except ConsentNeeded:
        pass
    except Misconfigured as error:
        if error.status != REFUSED:
            raise
        renewals.lapse(connection, f"{connection} has to be connected anew: it was refused.")
    return Connection.objects.get(pk=connection.pk)


def _verified(vendor: str, given: Mapping[str, str]) -> Holder:
    try:
        for name in ("base_url", "webhook_url"):
            if name in given:
                guard.require_public(given[name], private_allowed=settings.PRIVATE_ADDRESSES_ALLOWED)
        return _holder(vendor, given)
    except AddressRefused as error:
        raise AddressUnfit(str(error), fields={"base_url": [str(error)]}) from error
    except (Rejected, Misconfigured) as error:
        raise CredentialsRefused(str(error)) from error


def _holder(vendor: str, given: Mapping[str, str]) -> Holder:
    return kept_outside(vendor, lambda: _asked(vendor, given))


def _asked(vendor: str, given: Mapping[str, str]) -> Holder:
    if vendor == "jira":
        secrets = {name: given.get(name, "") for name in ("email", "api_token", "personal_token")}
        return accounts.of_jira(given["base_url"], **secrets)
    if vendor == "asana":
        return accounts.of_asana(_address(vendor), token=given["token"])
    if "webhook_url" in given:
        return accounts.of_slack_webhook(given["webhook_url"])
    return accounts.of_slack_bot(_address(vendor), token=given["token"])


def _address(vendor: str) -> str:
    """Where the vendor's provider calls it."""
    ((kind, alias),) = VENDORS[vendor].serves.items()
    backend, options = registry.backend(kind, alias)
    return options.get("base_url") or backend.Options().base_url


def _site(given: Mapping[str, str]) -> dict[str, str]:
    """A token without an address of mail is of Jira Server or Data Center."""
    if "personal_token" in given and "base_url" in given and "deployment" not in given:
        return {"deployment": "server"}
    return {}
