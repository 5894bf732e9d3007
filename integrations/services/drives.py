"""Where somebody's documents are written: their own Drive, or where the server keeps documents."""

from typing import Any

from integrations import registry
from integrations.models import Connection, Effect
from integrations.refusals import NoDocumentsProvider
from integrations.services.routing import Way
from integrations.vendors import VENDORS, kinds_of

KIND = Effect.Kind.DOCUMENTS
Status = Connection.Status


def of(owner_id: Any) -> Way:
    """The Drive of somebody who has connected it, else the server's provider.

    Raises NoDocumentsProvider, with what is to be done.
    """
    theirs = Connection.objects.filter(owner=owner_id, vendor__in=_vendors()).exclude(
        status=Status.DISCONNECTED
    )
    known = list(theirs.order_by("-is_primary", "created_at", "id"))
    allowed = [each for each in known if KIND in kinds_of(each.vendor, each.scopes)]
    if good := next((each for each in allowed if each.status == Status.ACTIVE), None):
        return Way(VENDORS[good.vendor].serves[KIND], good)
    if served_by := registry.aliases(KIND):
        return Way(served_by[0])
    raise _refusal(allowed, known)


def _vendors() -> list[str]:
    return [name for name, vendor in VENDORS.items() if KIND in vendor.serves]


def _refusal(allowed: list[Connection], known: list[Connection]) -> NoDocumentsProvider:
    if allowed:
        return NoDocumentsProvider(f"Your account {allowed[0].name} at Google has to be connected anew.")
    if known:
        return NoDocumentsProvider(
            f"Your account {known[0].name} is connected without access to Google Drive: connect it anew and "
            "allow that."
        )
    return NoDocumentsProvider()
