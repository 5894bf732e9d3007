"""Looks after one observer: asks its vendor how it is, sends it away, and has fetched what it has heard.

The row is the queue: an actor takes it by claim and lease, the chore hints at what is due. A vendor's webhook
only makes it due sooner.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.db.models import DateTimeField, F, Q
from django.db.models.functions import Coalesce, Now

from audio.models import Observation
from audio.services import observations, own_streams, places
from core import jobs
from core.logs import redacted
from integrations import registry
from integrations.contracts.bots import Bots, BotState, BotStatus
from integrations.contracts.links import recognised
from integrations.errors import Misconfigured, ProviderError, Unavailable
from integrations.models import Effect
from meetings.models import Observer
from meetings.services import observers
from meetings.services.observers import WATCH, Because, State

from . import heard, intake

logger = logging.getLogger(__name__)

AT_ONCE = 100
QUIET = 4
"""Times longer between two looks while a bot records."""
LONGEST_PAUSE = 900.0
"""Seconds between two looks while the vendor cannot be reached."""
SETTLED = (Effect.Status.FAILED, Effect.Status.CANCELLED, Effect.Status.SKIPPED, Effect.Status.UNKNOWN)
Sound = Observer.Sound


def due() -> Q:
    ready = Q(not_before__isnull=True) | Q(not_before__lte=Now())
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=Now())
    return Q(ended_at__isnull=True) & ready & free


def sweep() -> int:
    """A chore: hint at the observers that are due; how many."""
    found = Observer.objects.filter(due()).order_by("not_before")
    ids = list(found.values_list("pk", flat=True)[:AT_ONCE])
    for observer_id in ids:
        jobs.enqueue(WATCH, str(observer_id))
    return len(ids)


def release_all_leases() -> int:
    """For the one process that can prove all others dead."""
    held = Observer.objects.filter(lease_until__isnull=False)
    return held.update(lease_until=None, not_before=None)


def watch(observer_id: str) -> None:
    """Take the observer if it is due, and bring it one step further."""
    before = Observer.objects.filter(due(), pk=observer_id).first()
    if before is None:
        return
    taken = Observer.objects.filter(due(), pk=observer_id, claim=before.claim).update(
        claim=F("claim") + 1, lease_until=Now() + settings.BOT_LEASE, not_before=None, updated_at=Now()
    )
    if not taken:
        return
    observer = Observer.objects.select_related("meeting").get(pk=observer_id)
    try:
        _step(observer)
        _again(observer, _until_next_look(observer))
    except (Unavailable, Misconfigured) as error:
        if heard.waits_too_long(observer):
            _fail(observer, redacted(str(error)))
        else:
            _again(observer, _pause(observer, error), trouble=redacted(str(error)))
    except ProviderError as error:
        _fail(observer, redacted(str(error)))
    except Exception:
        logger.exception("looking after observer %s failed unexpectedly", observer.pk)
        _again(observer, _pause(observer, None), trouble="Something went wrong here; it is tried again.")


def _step(observer: Observer) -> None:
    if observer.provider in places.kinds():
        _look_at_ear(observer)
        return
    provider = registry.provider("bots", observer.provider)
    if not observer.bot_id and not _has_joined(observer, provider):
        return
    status = provider.status(observer.bot_id)
    _note(observer, status)
    if status.state not in (BotState.LEFT, BotState.FAILED):
        _send_away_if_unwanted(observer, provider)
    elif status.is_settled or heard.waits_too_long(observer):
        _wind_up(observer, provider, status)


def _look_at_ear(observer: Observer) -> None:
    """The place ends it by itself when it is closed or the person leaves."""
    ear = Observation.objects.filter(pk=observer.bot_id).first()
    if observer.provider == own_streams.KIND and ear is not None:
        _look_at_stream(observer, ear)
    elif ear is None or ear.ended_at is not None:
        lost = "Some of what was said could not be stored." if ear and ear.lost else ""
        reason = " ".join(each for each in (ear.ended_because if ear else "", lost) if each)
        observers.end(observer, State.LEFT, reason, Sound.FETCHED)
    elif heard.is_over_time(observer):
        with transaction.atomic():
            observers.dismiss(observer.meeting, Because.TOO_LONG)


def _look_at_stream(observer: Observer, ear: Observation) -> None:
    """A stream of the person's own: when it has ended, or the ear has left, its sound is taken."""
    if ear.ended_at is None and own_streams.is_open(ear.place_id) and not heard.is_over_time(observer):
        return
    observations.end(ear.pk, "The live stream has ended.")
    got = Sound.NONE
    with own_streams.sound(ear.place_id) as found:
        if found is not None and observer.sound == Sound.EXPECTED:
            path, stream = found
            with path.open("rb") as file:
                upload = File(file, name=path.name)
                intake.add(
                    observer.meeting,
                    [upload],
                    starts_at=stream.started_at,
                    if_=lambda: heard.take_sound(observer),
                )
            got = Sound.FETCHED
    if Sound.FETCHED in (got, observer.sound):
        heard.release(observer)
    ear.refresh_from_db()
    observers.end(observer, State.LEFT, ear.ended_because, got if got == Sound.FETCHED else "")


def _has_joined(observer: Observer, provider: Bots) -> bool:
    """What became of the effect. One that was withdrawn while it may have got through is looked for here,
    because the ledger has forgotten the call's link with the meeting."""
    effect = Effect.objects.filter(pk=observer.effect_id).first()
    if effect is not None and effect.status == Effect.Status.SENT:
        observer.bot_id = effect.external_id
    elif effect is None or effect.status in SETTLED:
        found = provider.find(str(observer.effect_id), recognised(observer.link)) if _doubted(effect) else []
        if not found:
            _never_came(observer, effect)
            return False
        observer.bot_id = found[0].id
    else:
        return False
    return bool(heard.mine(observer).update(bot_id=observer.bot_id, updated_at=Now()))


def _doubted(effect: Effect | None) -> bool:
    return effect is None or effect.status == Effect.Status.UNKNOWN or bool(effect.doubtful)


def _never_came(observer: Observer, effect: Effect | None) -> None:
    state = State.LEFT if observer.dismissed_at else State.FAILED
    observers.end(observer, state, observer.reason or (effect.reason if effect else ""))


def _note(observer: Observer, status: BotStatus) -> None:
    """Tell the watchers where something has changed. Its leaving is told with the reason that we know."""
    reason = redacted(status.reason) or (observer.reason if observer.dismissed_at else "")
    started = Coalesce("started_at", Now()) if status.state == BotState.RECORDING else F("started_at")
    changed = (observer.state, observer.reason) != (status.state.value, reason)
    if heard.mine(observer).update(state=status.state.value, reason=reason, started_at=started) and changed:
        observers.tell(observer)


def _send_away_if_unwanted(observer: Observer, provider: Bots) -> None:
    if observer.dismissed_at is None and heard.is_over_time(observer):
        with transaction.atomic():
            observers.send_away(observer, Because.TOO_LONG)
        observer.refresh_from_db(fields=["dismissed_at"])
    if observer.dismissed_at is None:
        return
    provider.leave(observer.bot_id)
    if heard.passed(observer, "dismissed_at", heard.PATIENCE):
        _fail(observer, "It was told to leave, but its service does not say that it has.")


def _wind_up(observer: Observer, provider: Bots, status: BotStatus) -> None:
    """It is in the call no more. One that has failed is told to leave all the same: nobody pays on for it."""
    if status.state == BotState.FAILED:
        provider.leave(observer.bot_id)
    sound = Sound.NONE if observer.meeting_id is None else heard.fetched(observer, provider)
    if sound == Sound.FETCHED:
        heard.release(observer)
    observers.end(observer, State(status.state.value), Observer.objects.get(pk=observer.pk).reason, sound)


def _fail(observer: Observer, reason: str) -> None:
    observers.end(observer, State.FAILED, reason)


def _until_next_look(observer: Observer) -> float:
    """Seconds. A call that is under way changes seldom, and its vendor's webhook may say so sooner."""
    quiet = observer.state == State.RECORDING and observer.dismissed_at is None
    glance = settings.BOT_GLANCE.total_seconds() * (QUIET if quiet else 1)
    return max(glance, _least_pause(observer))


def _least_pause(observer: Observer) -> float:
    if observer.provider in places.kinds():
        return 0.0
    return registry.provider("bots", observer.provider).least_pause


def _pause(observer: Observer, error: ProviderError | None) -> float:
    pause = min(settings.BOT_GLANCE.total_seconds() * 2 ** min(observer.failures, 10), LONGEST_PAUSE)
    return max(pause, getattr(error, "retry_after", None) or 0.0)


def _again(observer: Observer, delay: float, *, trouble: str = "") -> None:
    """Free the row for the next look; `trouble` is shown until it has passed. Somebody who sent the observer
    away meanwhile has found the row taken: then it is due at once. A webhook has left the time of a look."""
    if observer.dismissed_at is None and heard.mine(observer).filter(dismissed_at__isnull=False).exists():
        delay = 0.0
    failures = F("failures") + 1 if trouble else 0
    then = Coalesce("not_before", Now() + timedelta(seconds=delay), output_field=DateTimeField())
    freed = {"lease_until": None, "failures": failures, "not_before": then}
    changes = freed | ({"reason": trouble} if trouble and not observer.dismissed_at else {})
    if not heard.mine(observer).update(**changes):
        return
    if trouble and trouble != observer.reason and not observer.dismissed_at:
        observers.tell(observer)
    jobs.enqueue(WATCH, str(observer.pk), delay=delay)
