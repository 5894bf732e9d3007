"""Webhooks of trackers: hints to look at a ticket sooner than the poll would.

Nothing in a body is believed but which ticket to look at, so a forged one costs a look at most. The address
names the person and is proven by a MAC of ours; bodies are signed as each tracker does it.
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User
from core import jobs
from integrations.models import Effect
from tasks.errors import HookNotFound, SignatureMismatch
from tasks.models import TicketHook

JIRA, ASANA = "jira", "asana"
HANDSHAKE, ASANA_SIGNATURE, JIRA_SIGNATURE = "X-Hook-Secret", "X-Hook-Signature", "X-Hub-Signature"
MOST_SECRETS = 20
"""Webhooks of one person at Asana, where each has a secret of its own; older ones are forgotten."""
MOST_NAMED = 50
"""Tickets that one body may hint at."""
LONGEST_SECRET = 200


@dataclass(frozen=True)
class Address:
    """Where a person's tracker reports to. Asana hands over a secret by itself; Jira is given ours."""

    vendor: str
    url: str
    secret: str = ""


def addresses_of(person: User) -> list[Address]:
    base = f"{settings.PUBLIC_URL.rstrip('/')}/api/v1/hooks"
    token = _token_of(person.pk)
    return [
        Address(JIRA, f"{base}/{JIRA}/{token}", _secret_for_jira(person.pk)),
        Address(ASANA, f"{base}/{ASANA}/{token}"),
    ]


def hear_asana(token: str, headers: Mapping[str, str], body: bytes, said: Any) -> dict[str, str]:
    """Headers of the answer. Asana's first request hands over the secret that it signs all others with.

    Raises HookNotFound, SignatureMismatch.
    """
    owner_id = _owner_of(token)
    if secret := headers.get(HANDSHAKE):
        return _shaken_hands(owner_id, secret)
    hooks = TicketHook.objects.filter(owner=owner_id, vendor=ASANA)
    expected = [_signature(hook.secret["secret"], body) for hook in hooks]
    if not any(constant_time_compare(headers.get(ASANA_SIGNATURE, ""), each) for each in expected):
        raise SignatureMismatch
    _hint(owner_id, _asana_tasks(said))
    return {}


def hear_jira(token: str, headers: Mapping[str, str], body: bytes, said: Any) -> None:
    """A signature counts where there is one: Jira signs only where it was given the secret.

    Raises HookNotFound, SignatureMismatch.
    """
    owner_id = _owner_of(token)
    if signature := headers.get(JIRA_SIGNATURE):
        expected = f"sha256={_signature(_secret_for_jira(owner_id), body)}"
        if not constant_time_compare(signature, expected):
            raise SignatureMismatch
    _hint(owner_id, _jira_issues(said))


def _token_of(owner_id: UUID) -> str:
    return f"{owner_id}.{_mac('tasks.hooks.address', owner_id)[:32]}"


def _secret_for_jira(owner_id: UUID) -> str:
    return _mac("tasks.hooks.jira", owner_id)


def _mac(purpose: str, owner_id: UUID) -> str:
    return salted_hmac(purpose, owner_id.hex, algorithm="sha256").hexdigest()


def _owner_of(token: str) -> UUID:
    try:
        owner_id = UUID(token.partition(".")[0])
    except ValueError:
        raise HookNotFound from None
    known = constant_time_compare(token, _token_of(owner_id))
    if not known or not User.objects.filter(pk=owner_id, is_active=True).exists():
        raise HookNotFound
    return owner_id


def _shaken_hands(owner_id: UUID, secret: str) -> dict[str, str]:
    if len(secret) > LONGEST_SECRET:
        raise SignatureMismatch
    TicketHook.objects.create(owner_id=owner_id, vendor=ASANA, secret={"secret": secret})
    newest = TicketHook.objects.filter(owner=owner_id, vendor=ASANA).values_list("pk", flat=True)
    kept = list(newest[:MOST_SECRETS])
    TicketHook.objects.filter(owner=owner_id, vendor=ASANA).exclude(pk__in=kept).delete()
    return {HANDSHAKE: secret}


def _signature(secret: str, body: bytes) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _hint(owner_id: UUID, ticket_ids: Iterator[str]) -> None:
    """Look at those that are the person's; whether anything has happened the tracker is asked itself."""
    named = {each for each, _ in zip(ticket_ids, range(MOST_NAMED), strict=False)}
    theirs = Effect.objects.filter(
        owner_id=owner_id,
        kind=Effect.Kind.TICKETS,
        action=Effect.Action.CREATE,
        status=Effect.Status.SENT,
        external_id__in=named,
    )
    for effect_id in theirs.values_list("pk", flat=True)[:MOST_NAMED]:
        jobs.enqueue("tasks.look_at", str(effect_id))


def _jira_issues(said: Any) -> Iterator[str]:
    match said:
        case {"issue": {"key": str(key)}}:
            yield key


def _asana_tasks(said: Any) -> Iterator[str]:
    """Of each event what it is about, or what that belongs to (a story, an attachment)."""
    match said:
        case {"events": [*events]}:
            for event in events:
                yield from _named_by(event)


def _named_by(event: Any) -> Iterator[str]:
    for name in ("resource", "parent"):
        match event:
            case {**fields} if isinstance(found := fields.get(name), dict):
                if isinstance(found.get("gid"), str):
                    yield found["gid"]
