"""Finds unfinished work that nobody works on: hints that were lost, processes that died.

Run by the scheduler, at start and periodically (`core.registry`). A run that merely waits for its turn, with
nothing new since the last hint, is hinted again only every `PATIENCE`, so that a busy queue does not fill up.
"""

from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

from meetings.models import Run, StepRun

from . import runner, states
from .definition import INWARD

AT_ONCE = 200
PATIENCE = timedelta(minutes=2)


def sweep() -> int:
    """Queue every open run whose next step is free and allowed; the number of hints sent."""
    earlier = StepRun.objects.filter(run=OuterRef("run"), position__lt=OuterRef("position"))
    unfinished_before = Exists(earlier.exclude(status=StepRun.Status.SUCCEEDED))
    allowed = Q(name__in=INWARD) | Q(run__released_at__isnull=False)
    free = StepRun.objects.filter(
        states.free(), allowed, _unhinted(), ~unfinished_before, run__status=Run.Status.OPEN
    )
    runs = list(free.order_by("run__created_at").values_list("run_id", flat=True)[:AT_ONCE])
    Run.objects.filter(pk__in=runs).update(swept_at=Now())
    for run_id in runs:
        runner.schedule(str(run_id))
    return len(runs)


def _unhinted() -> Q:
    """No hint since the run last moved, its lease ended or its pause was over; or one too long ago."""
    return (
        Q(run__swept_at__isnull=True)
        | Q(run__swept_at__lte=F("run__updated_at"))
        | Q(run__swept_at__lte=F("lease_until"))
        | Q(run__swept_at__lte=F("not_before"))
        | Q(run__swept_at__lte=Now() - PATIENCE)
    )
