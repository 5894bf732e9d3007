"""What the ledger does when a person leaves: what waits will not happen, and what happened names nobody.

Keys stay, since an address stands in them as a digest only (`effects.key_of`): what went out once for a task
that others keep does not go out again.
"""

from collections.abc import Iterable, Iterator

from django.db.models import Count, Model, QuerySet

from core.privacy import DELETED_USER, Entry, Person, Receipt, fields_of, json_entry

from .models import Attempt, Connection, ConsentAttempt, Effect, Routing, WebhookEndpoint
from .services import connections
from .services.effects import withdraw

OWNER_LEFT = "The account that this belonged to was deleted."
ADDRESSEE_LEFT = "The person that this was for has deleted their account."

_WENT_OUT = (Effect.Status.SENT, Effect.Status.UNKNOWN, Effect.Status.SENDING)
_OF_THE_OWNER = (Routing, WebhookEndpoint, ConsentAttempt, Connection)
_MACHINERY = ("owner_id", "key", "audience", "claim", "lookups", "lease_until", "withdrawn", "hinted_at")


def erase(person: Person) -> Receipt:
    """Their own effects lose owner, content and address; those of others lose the person's address."""
    receipt = Receipt()
    own = Effect.objects.filter(owner_id=person.id)
    _count_what_went_out(own, receipt)
    receipt.changed["effects that lost their content"] += own.count()
    withdraw(own, OWNER_LEFT)
    Attempt.objects.filter(effect__in=own).update(detail="")
    own.update(owner_id=None, destination="", payload={}, reason=OWNER_LEFT)
    if person.proven:
        _forget_address(person, receipt)
    connections.give_back_all(person.id)
    for model in _OF_THE_OWNER:
        receipt.count_rows(model.objects.filter(owner=person.id).delete()[1])
    return receipt


def _count_what_went_out(own: QuerySet[Effect], receipt: Receipt) -> None:
    went_out = own.filter(status__in=_WENT_OUT).order_by().values_list("kind", "provider")
    for kind, provider, number in went_out.annotate(number=Count("pk")):
        receipt.beyond_reach[f"{kind} by {provider}"] += number


def _forget_address(person: Person, receipt: Receipt) -> None:
    to_them = Effect.objects.filter(destination__iexact=person.email)
    receipt.changed["effects of others that lost the address"] += to_them.count()
    withdraw(to_them, ADDRESSEE_LEFT)
    Attempt.objects.filter(effect__in=to_them).update(detail="")
    to_them.update(destination=DELETED_USER, payload={}, reason=ADDRESSEE_LEFT)
    _unassign_tickets(person)


def _unassign_tickets(person: Person) -> None:
    """Tickets of others that are still to be opened for them are opened for nobody."""
    for name in ("assignee_email", "reply_to"):
        for effect in Effect.objects.filter(**{f"payload__{name}__iexact": person.email}):
            effect.payload[name] = ""
            effect.payload |= {"assignee": ""} if name == "assignee_email" else {}
            effect.save(update_fields=["payload", "updated_at"])


def export(person: Person) -> Iterable[Entry]:
    """What left the house for them, or was to."""
    yield json_entry("effects.json", lambda: list(_own(person)))
    yield json_entry("connections.json", lambda: list(_rows_of(Connection, person)))
    yield json_entry("routing.json", lambda: list(_rows_of(Routing, person)))
    yield json_entry("webhooks.json", lambda: list(_rows_of(WebhookEndpoint, person)))


def _rows_of(model: type[Model], person: Person) -> Iterator[dict]:
    """Without what is sealed: an archive of one's data is no place for tokens."""
    for row in model.objects.filter(owner=person.id).order_by("created_at", "id"):
        yield fields_of(row, "owner", "secrets", "refreshes", "refreshing_until")


def _own(person: Person) -> Iterator[dict]:
    own = Effect.objects.filter(owner_id=person.id).order_by("created_at", "id")
    for effect in own.iterator(chunk_size=500):
        yield fields_of(effect, *_MACHINERY)
