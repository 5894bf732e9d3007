"""The one runner: takes a run's next step, works, saves, goes on.

Called by the actor `meetings.advance` on the queue of each step; may be called twice for one run, since only
the claim (`states.claim`) gives the right to work.
"""

import json
import logging
import random
import time
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from dramatiq.middleware import Interrupt

from audio.media.errors import MediaError
from core import faults, jobs
from core.lease import Renewal
from integrations.errors import Misconfigured, ProviderError, Rejected, Unavailable
from meetings.models import Checkpoint, Run, StepRun

from . import states
from .definition import BY_NAME
from .states import Claim
from .step import LostLease, Output, RunView

logger = logging.getLogger(__name__)

LARGEST_OUTPUT = 8 * 1024
PROGRESS_EVERY = 0.5

_held: set[Claim] = set()
"""What this process works on at the moment."""


def advance(run_id: str, queue: str) -> None:
    """Work off the run's steps that belong to `queue`; hand over where another queue comes next."""
    while True:
        step = _next_step(run_id)
        if step is None:
            return
        if step.queue != queue:
            schedule(run_id)
            return
        held = states.claim(run_id)
        if held is None or not _tracked(held):
            return


def _tracked(held: Claim) -> bool:
    _held.add(held)
    try:
        return _perform(held)
    finally:
        _held.discard(held)


def give_back() -> int:
    """Let go of every step that this process works on; its threads notice when they next report."""
    claims = list(_held)
    for held in claims:
        states.let_go(held)
        schedule(str(held.run_id))
    return len(claims)


def _next_step(run_id: str):
    pending = StepRun.objects.filter(run=run_id, run__status=Run.Status.OPEN)
    row = pending.exclude(status=StepRun.Status.SUCCEEDED).order_by("position").first()
    return BY_NAME[row.name] if row else None


def schedule(run_id: str, *, delay: float = 0.0) -> None:
    """Hint, on commit, that the run's next step can be worked on; delay in seconds."""
    step = _next_step(str(run_id))
    if step is not None:
        jobs.enqueue(f"meetings.advance.{step.queue}", str(run_id), delay=delay)


def _perform(held: Claim) -> bool:
    """One step; True when the next may follow at once."""
    faults.reach(f"{held.name}:claimed")
    try:
        with Renewal(lambda: states.renew(held), settings.STEP_RENEWAL) as lease:
            step = BY_NAME[held.name]
            output = step.work(_view(held, lease))
            if len(json.dumps(output.figures)) > LARGEST_OUTPUT:
                raise ValueError(f"the output of {held.name} is too large for its row")
            faults.reach(f"{held.name}:before_save")
            _save(held, output)
        faults.reach(f"{held.name}:after_save")
    except LostLease:
        logger.info("%s of run %s was lost to another claim", held.name, held.run_id)
        return False
    except Interrupt:
        states.let_go(held)
        raise
    except Exception as error:  # noqa: BLE001 - whatever goes wrong must end as a state that people see
        _record(held, error)
        return False
    return True


def _save(held: Claim, output: Output) -> None:
    with transaction.atomic():
        states.require(held)
        run = Run.objects.select_related("meeting").get(pk=held.run_id)
        BY_NAME[held.name].save(run, output)
        states.succeed(held, output.figures)


def _view(held: Claim, lease: Renewal) -> RunView:
    run = Run.objects.select_related("meeting").get(pk=held.run_id)
    outputs = dict(run.steps.filter(status=StepRun.Status.SUCCEEDED).values_list("name", "output"))
    return RunView(
        run=run,
        meeting=run.meeting,
        outputs=outputs,
        checkpoint=lambda key, produce: _checkpoint(held, run.meeting_id, key, produce),
        progress=_Progress(held, lease),
    )


class _Progress:
    """Writes at most twice a second, and stops the work when the lease is lost."""

    def __init__(self, held: Claim, lease: Renewal):
        self._held = held
        self._lease = lease
        self._written = time.monotonic()

    def __call__(self, share: float) -> None:
        if self._lease.lost:
            raise LostLease(self._held.name)
        if time.monotonic() - self._written >= PROGRESS_EVERY:
            self._written = time.monotonic()
            states.report_progress(self._held, min(1.0, max(0.0, share)))


def _checkpoint(held: Claim, meeting_id, key: str, produce) -> Any:
    stored = Checkpoint.objects.filter(meeting=meeting_id, key=key).first()
    if stored is not None:
        return stored.value
    value = produce()
    faults.reach(f"{held.name}:before_checkpoint")
    with transaction.atomic():
        states.require(held)
        Checkpoint.objects.update_or_create(meeting_id=meeting_id, key=key, defaults={"value": value})
        states.progressed(held)
    faults.reach(f"{held.name}:after_checkpoint")
    return value


def _record(held: Claim, error: Exception) -> None:
    row = StepRun.objects.filter(pk=held.step_id).first()
    if row is None:
        logger.info("%s was under way when its meeting was deleted", held.name)
        return
    logger.warning("%s of run %s: %s", held.name, held.run_id, error, exc_info=not _expected(error))
    if isinstance(error, Unavailable | Misconfigured):
        code = "unavailable" if isinstance(error, Unavailable) else "misconfigured"
        delay = max(_parking(row.parks), getattr(error, "retry_after", None) or 0)
        states.park(held, code, str(error), timedelta(seconds=delay))
    elif isinstance(error, MediaError):
        states.fail(held, error.code, str(error))
    else:
        code, sentence = _explain(held.name, error)
        delay = _backoff(row.failures)
        states.retry_later(held, code, sentence, timedelta(seconds=delay))
        schedule(str(held.run_id), delay=delay)


def _expected(error: Exception) -> bool:
    return isinstance(error, ProviderError | MediaError)


def _explain(step: str, error: Exception) -> tuple[str, str]:
    if isinstance(error, Rejected):
        return "rejected", str(error)
    if isinstance(error, ProviderError):
        return "unsupported", str(error)
    return "internal", f"The step {step} failed unexpectedly; the log has the details."


def _backoff(failures: int) -> float:
    """Seconds before the next try, as memo.md prints it."""
    return min(2 * 2**failures + random.random(), 60)


def _parking(parks: int) -> float:
    """Seconds to wait for something that is down: 15 s, doubling up to 15 minutes."""
    return min(15 * 2 ** min(parks, 6), 900)
