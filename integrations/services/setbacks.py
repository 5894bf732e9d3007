"""What becomes of an effect whose call did not succeed: it waits, it failed, or nobody knows (`delivery`)."""

import random
from typing import Any

from django.conf import settings

from core.logs import redacted
from integrations.errors import Misconfigured, ProviderError, Unavailable
from integrations.models import Effect
from integrations.senders import Sender
from integrations.services import attempts, circuits, doubt, outcomes, overtaken
from integrations.services.attempts import Outcome

LONGEST_BACKOFF = 3600.0
"""Seconds."""
ASKING_SOMEBODY = 30
"""So many times longer is the wait for a person who has to act."""


def unprepared(effect: Effect, error: ProviderError) -> None:
    """The vendor was not called: there are no credentials for it, or none could be had."""
    if isinstance(error, Unavailable):
        delay = max(_backoff(effect.failures), error.retry_after or 0)
        outcomes.again(effect, _said(effect, error), delay=delay)
    else:
        outcomes.again(effect, _said(effect, error), delay=_patience(effect.failures))


def unavailable(effect: Effect, error: Unavailable, sender: Sender, provider: Any) -> None:
    """The same call may succeed later, unless it has succeeded already."""
    circuits.failed(effect, error, _said(effect, error))
    if error.maybe_done and not sender.repeatable:
        lost(effect, error, sender, provider)
        return
    delay = max(_backoff(effect.failures), error.retry_after or 0)
    if not outcomes.again(effect, _said(effect, error), delay=delay, outcome=Outcome.DELAYED):
        attempts.end(effect, Outcome.DELAYED, _said(effect, error))


def lost(effect: Effect, error: Unavailable, sender: Sender, provider: Any) -> None:
    """No answer tells what became of it: it is looked for, or left to the operator's policy."""
    effect.doubtful, effect.lookups = not sender.repeatable, 0
    delay = max(_backoff(effect.failures), error.retry_after or 0)
    if sender.find:
        delay = max(delay, doubt.first_look(provider))
    at_least_once = settings.OUTCOME_POLICY.get(effect.kind) == doubt.AT_LEAST_ONCE
    if sender.find or sender.repeatable or at_least_once:
        mine = outcomes.again(effect, _said(effect, error), delay=delay, outcome=Outcome.UNKNOWN)
    else:
        mine = outcomes.settled(effect, Effect.Status.UNKNOWN, _said(effect, error), outcome=Outcome.UNKNOWN)
    if not mine:
        overtaken.may_have(effect, sender, provider, _said(effect, error))


def misconfigured(effect: Effect, error: Misconfigured) -> None:
    """Somebody has to act: it waits, and is tried less and less often."""
    delay = _patience(effect.failures)
    if not outcomes.again(effect, _said(effect, error), delay=delay, outcome=Outcome.DELAYED):
        attempts.end(effect, Outcome.DELAYED, _said(effect, error))


def refused(effect: Effect, error: ProviderError) -> None:
    """The vendor understood, and will not: with its sentence, and at once."""
    if not outcomes.settled(effect, Effect.Status.FAILED, _said(effect, error), outcome=Outcome.REFUSED):
        attempts.end(effect, Outcome.REFUSED, _said(effect, error))


def broken(effect: Effect, error: Exception, sender: Sender | None, provider: Any) -> None:
    """A fault of ours. Once a call had begun, what the vendor did is not known, unless it is noted."""
    noted = Effect.objects.filter(pk=effect.pk, claim=effect.claim).exclude(status=Effect.Status.SENDING)
    if noted.exists():
        return
    said = Unavailable(f"It failed unexpectedly ({type(error).__name__}).", maybe_done=True)
    if sender and effect.attempts.filter(number=effect.claim).exists():
        lost(effect, said, sender, provider)
    else:
        outcomes.again(effect, str(said), delay=_patience(effect.failures))


def _said(effect: Effect, error: ProviderError) -> str:
    """As the effect's owner may read it. A mail server that refuses a letter may quote the link in it; and
    what somebody else's account is called (often an address of theirs) is not for the effect's owner."""
    said, connection = redacted(str(error)), effect.connection
    if connection is None or connection.owner_id == effect.owner_id:
        return said
    return said.replace(str(connection), f"the assignee's account at {connection.get_vendor_display()}")


def _backoff(failures: int) -> float:
    """Seconds: 2 s doubling up to an hour, with jitter, for a day (`give_up_at`)."""
    return min(2 * 2 ** min(failures, 11) + random.random(), LONGEST_BACKOFF)


def _patience(failures: int) -> float:
    return min(ASKING_SOMEBODY * _backoff(failures), LONGEST_BACKOFF)
