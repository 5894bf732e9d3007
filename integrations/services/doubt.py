"""Whether an effect that may have happened did: looked for at the vendor before anything is sent again."""

from typing import Any

from django.conf import settings

from integrations.errors import ProviderError, Rejected, Unavailable
from integrations.models import Attempt, Effect
from integrations.redaction import quotable
from integrations.senders import Sender, Sent
from integrations.services import attempts, outcomes
from integrations.services.attempts import Outcome

EMPTY_LOOKUPS = 2
"""Searches that must find nothing before a doubtful effect is sent again, where searches lag."""
MOST_REPEATS = 5
"""Times that something is sent again without a look, where the policy is `at_least_once`."""
AT_LEAST_ONCE = "at_least_once"


def lag_of(provider: Any) -> float:
    """Seconds after which the provider's search sees what was done."""
    return getattr(provider, "search_lag", settings.SEARCH_LAG.total_seconds())


def first_look(provider: Any) -> float:
    """Seconds to wait after an answer was lost: the vendor may still be at it, and then its search lags."""
    return max(lag_of(provider), settings.EFFECT_TIMEOUT.total_seconds())


def resolved(effect: Effect, sender: Sender, provider: Any) -> bool:
    """True when it may be sent (again). Otherwise it has been settled, or waits for another look.

    Raises Unavailable and Misconfigured where the vendor cannot be asked now.
    """
    if sender.repeatable:
        return True
    if sender.find is None:
        return _by_policy(effect)
    if not attempts.begin(effect):
        return False
    try:
        found = sender.find(provider, effect)
    except Unavailable as error:
        raise Unavailable(str(error), retry_after=error.retry_after) from error  # a look changes nothing
    except Rejected as error:
        unknown = f"It could not be looked for: {quotable(str(error), ())}"
        outcomes.settled(effect, Effect.Status.UNKNOWN, unknown, outcome=Outcome.REFUSED)
        return False
    if found:
        outcomes.sent(effect, found[0], counted(found), outcome=Outcome.FOUND)
        return False
    effect.lookups += 1
    if effect.lookups >= (EMPTY_LOOKUPS if lag_of(provider) > 0 else 1):
        return True
    outcomes.again(
        effect,
        "Looking again before it is sent.",
        delay=lag_of(provider),
        outcome=Outcome.NOT_FOUND,
        failed=False,
    )
    return False


def _by_policy(effect: Effect) -> bool:
    """Nobody can be asked: the operator has decided whether twice is worse than never."""
    policy = settings.OUTCOME_POLICY.get(effect.kind)
    lost = effect.attempts.filter(outcome=Attempt.Outcome.UNKNOWN).order_by("number")
    if policy == AT_LEAST_ONCE and lost.count() <= MOST_REPEATS:
        return True
    why = lost.values_list("detail", flat=True).last() or attempts.INTERRUPTED
    outcomes.settled(effect, Effect.Status.UNKNOWN, why)
    return False


def counted(found: list[Sent]) -> str:
    """What there is to say about what was found; nothing, where it is one thing."""
    if len(found) < 2:
        return ""
    others = ", ".join(quotable(each.id, ()) for each in found[1:20])
    return f"{len(found)} were found with this key; the others: {others}."


def number_at_vendor(effect: Effect, sender: Sender, provider: Any, otherwise: str) -> str:
    """How many there are, for a note; `otherwise` where the vendor cannot say more than one."""
    try:
        return (counted(sender.find(provider, effect)) if sender.find else "") or otherwise
    except ProviderError:
        return otherwise
