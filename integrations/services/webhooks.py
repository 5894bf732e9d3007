"""People's own addresses, and what they are told: each event is an effect for each of them."""

import base64
import secrets as randomness
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

import orjson
from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from core import jobs
from integrations import guard, refusals
from integrations.composers import NotWanted
from integrations.contracts.webhooks import Notice
from integrations.errors import ProviderError, Rejected, Unavailable
from integrations.models import Effect, WebhookEndpoint
from integrations.services import effects
from integrations.services.effects import Intent

MOST = 20
"""Addresses of one person."""
PREFIX = "whsec_"
SECRET_BYTES = 24
"""Standard Webhooks wants 24 to 64."""

Status = WebhookEndpoint.Status


class Happened(StrEnum):
    """The types of events that an address can ask for."""

    MEETING_PROCESSED = "meeting.processed"
    MEETING_FAILED = "meeting.failed"
    TASK_CREATED = "task.created"
    TASK_UPDATED = "task.updated"
    EFFECT_SENT = "effect.sent"
    EFFECT_FAILED = "effect.failed"
    EFFECT_UNKNOWN = "effect.unknown"


TEST = "webhook.test"


def of(owner_id: UUID) -> QuerySet[WebhookEndpoint]:
    """A person's addresses, the oldest first."""
    return WebhookEndpoint.objects.filter(owner=owner_id)


def get(owner_id: UUID, endpoint_id: UUID) -> WebhookEndpoint:
    """One of a person's addresses. Raises WebhookNotFound."""
    found = of(owner_id).filter(pk=endpoint_id).first()
    if found is None:
        raise refusals.WebhookNotFound
    return found


def create(owner_id: UUID, *, url: str, events: list[str], description: str = "") -> WebhookEndpoint:
    """An address that is told from now on. Raises AddressUnfit, TooManyWebhooks."""
    _require_fit(url)
    with transaction.atomic():
        of(owner_id).update(updated_at=F("updated_at"))  # waits for who makes another
        if of(owner_id).count() >= MOST:
            raise refusals.TooManyWebhooks
        return WebhookEndpoint.objects.create(
            owner_id=owner_id,
            url=url,
            events=events,
            description=description,
            secrets={"signing": [_new_secret()]},
        )


def change(endpoint: WebhookEndpoint, **changes: Any) -> WebhookEndpoint:
    """Another address, other events; `status` `active` ends a pause. Raises AddressUnfit."""
    if "url" in changes:
        _require_fit(changes["url"])
    if changes.get("status") == Status.ACTIVE:
        changes |= {"failures": 0, "reason": ""}
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(**changes, updated_at=Now())
    return get(endpoint.owner_id, endpoint.pk)


@transaction.atomic
def remove(endpoint: WebhookEndpoint) -> None:
    """It is told nothing any more, and what waits for it is dropped."""
    effects.withdraw(deliveries(endpoint), "the webhook was removed")
    WebhookEndpoint.objects.filter(pk=endpoint.pk).delete()


@transaction.atomic
def rotate(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    """A new secret signs beside the one before, until the next rotation: receivers need not be stopped."""
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(updated_at=Now())  # waits for who rotates, too
    known = WebhookEndpoint.objects.get(pk=endpoint.pk)
    known.secrets = {"signing": [_new_secret(), *known.secrets["signing"][:1]]}
    known.save(update_fields=["secrets", "updated_at"])
    return known


def deliveries(endpoint: WebhookEndpoint) -> QuerySet[Effect]:
    """What the address was told, or was to be, the newest first."""
    told = Effect.objects.filter(kind=Effect.Kind.WEBHOOKS, destination=str(endpoint.pk))
    return told.order_by("-created_at", "id")


def tell(owner_id: Any, happened: str, data: dict[str, Any], *, subject: str = "") -> None:
    """Tell the person's addresses that ask for it. Call inside the transaction that makes it true.

    `subject` makes two calls one event; left empty, each call is an event of its own.
    """
    if owner_id is None:
        return
    for endpoint in of(owner_id):
        if not endpoint.events or happened in endpoint.events:
            _intend(endpoint, happened, data, subject or str(uuid4()))


_TOLD = {
    Effect.Status.SENT: Happened.EFFECT_SENT,
    Effect.Status.FAILED: Happened.EFFECT_FAILED,
    Effect.Status.UNKNOWN: Happened.EFFECT_UNKNOWN,
}


def tell_of_effect(effect: Effect, status: str) -> None:
    """Tell the owner's addresses what became of an effect; not of what they were told themselves."""
    if effect.kind == Effect.Kind.WEBHOOKS or status not in _TOLD:
        return
    now = Effect.objects.get(pk=effect.pk)
    ids = {name: str(value) if value else None for name, value in _ids_of(now).items()}
    facts = {name: getattr(now, name) for name in ("kind", "action", "provider", "status", "url")}
    tell(now.owner_id, _TOLD[Effect.Status(status)], ids | facts | {"key": now.external_id})


def _ids_of(effect: Effect) -> dict[str, UUID | None]:
    return {"effect_id": effect.pk, "meeting_id": effect.meeting_id, "task_id": effect.task_id}


def resend(endpoint: WebhookEndpoint, delivery_id: UUID) -> Effect:
    """Tell once more what the address was told, under the same `webhook-id`, whatever became of it.

    Raises DeliveryNotFound, WebhookPaused.
    """
    if endpoint.status != Status.ACTIVE:
        raise refusals.WebhookPaused
    with transaction.atomic():
        again = deliveries(endpoint).filter(pk=delivery_id).exclude(status=Effect.Status.SENDING)
        if not again.update(
            status=Effect.Status.QUEUED,
            reason="sent again by its owner",
            withdrawn="",
            failures=0,
            not_before=None,
            give_up_at=Now() + effects.PERSISTENCE,
            updated_at=Now(),
        ):
            raise refusals.DeliveryNotFound
        jobs.enqueue("integrations.deliver", str(delivery_id))
    return deliveries(endpoint).get(pk=delivery_id)


def test(endpoint: WebhookEndpoint) -> Effect:
    """Tell an address that this is a test, whatever it asks for, also while it is paused."""
    return _intend(endpoint, TEST, {"webhook_id": str(endpoint.pk)}, str(uuid4()), anyway=True)


def _intend(
    endpoint: WebhookEndpoint, happened: str, data: dict, subject: str, *, anyway: bool = False
) -> Effect | None:
    moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    silent = "" if anyway or endpoint.status == Status.ACTIVE else f"the webhook is {endpoint.status}"
    with transaction.atomic():
        return effects.intend(
            Intent(
                Effect.Kind.WEBHOOKS,
                [f"{happened}:{subject}"],
                str(endpoint.pk),
                {"type": happened, "timestamp": moment, "data": data},
                owner_id=endpoint.owner_id,
                unless=silent,
            )
        )


def carry_out(provider: Any, effect: Effect) -> int:
    """Send one delivery; the status that it was answered with. Raises NotWanted, Rejected, Unavailable.

    An address that fails again and again is paused, one that answers 410 is disabled: both say why.
    """
    endpoint = WebhookEndpoint.objects.filter(pk=effect.destination).first()
    if endpoint is None:
        raise NotWanted("the webhook was removed")
    if endpoint.status != Status.ACTIVE and effect.payload["type"] != TEST:
        raise NotWanted(f"the webhook is {endpoint.status}")
    notice = Notice(
        url=endpoint.url,
        id=f"msg_{effect.pk.hex}",
        body=orjson.dumps(effect.payload),
        secrets=tuple(endpoint.secrets["signing"]),
    )
    row = WebhookEndpoint.objects.filter(pk=endpoint.pk)
    try:
        told = provider.tell(notice)
    except Unavailable as error:
        _failed(row, error)
        raise
    except Rejected as error:
        row.update(status=Status.DISABLED, reason=str(error), updated_at=Now())
        raise
    row.update(failures=0, reason="", last_success_at=Now(), updated_at=Now())
    return told.status


def _failed(row: QuerySet[WebhookEndpoint], error: ProviderError) -> None:
    row.update(failures=F("failures") + 1, reason=str(error), updated_at=Now())
    tired = row.filter(failures__gte=settings.WEBHOOK_PAUSE_AFTER, status=Status.ACTIVE)
    tired.update(status=Status.PAUSED)


def _require_fit(url: str) -> None:
    try:
        guard.require_public(url, private_allowed=settings.PRIVATE_ADDRESSES_ALLOWED)
    except ProviderError as error:
        raise refusals.AddressUnfit(fields={"url": [str(error)]}) from error


def _new_secret() -> str:
    return PREFIX + base64.b64encode(randomness.token_bytes(SECRET_BYTES)).decode()
