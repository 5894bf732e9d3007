"""A sender that is frozen by SIGSTOP past its lease and woken up again: never silently twice."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import transaction
from django.db.models.functions import Now

from integrations.models import Effect
from integrations.services import delivery, effects, overtaken

from .conftest import ROOT, kill_group

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

TICKET = {"title": "Call", "body": "", "assignee_email": "", "due": None}


@pytest.fixture
def frozen(house, eventually, settings, worker):
    """`frozen(point)`: an effect whose sender stands still at that point of its delivery, and the sender."""
    kept = {"memory": settings.PROVIDERS["tickets"]["memory"] | {"OPTIONS": {"path": str(house.ledger)}}}
    settings.PROVIDERS = settings.PROVIDERS | {"tickets": kept}
    started = []

    def begin(point: str) -> tuple[Effect, subprocess.Popen]:
        intent = effects.Intent(Effect.Kind.TICKETS, ["task"], "", TICKET)
        with transaction.atomic():
            effect = effects.intend(intent)
        with (house.folder / "workers.log").open("ab") as log:
            sender = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.sender", str(effect.pk)],
                cwd=ROOT,
                env=house.environment(f"{point}@stop"),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        started.append(sender)
        eventually(lambda: is_frozen(sender.pid), 60, house.log)
        assert house.fired() == {point}
        return effect, sender

    yield begin
    for sender in started:
        kill_group(sender)


def is_frozen(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


def taken_over(effect: Effect) -> Effect:
    """The lease has run out, and somebody else carries the effect to its end."""
    Effect.objects.update(lease_until=Now())
    delivery.deliver(str(effect.pk))
    effect.refresh_from_db()
    return effect


def woken(sender: subprocess.Popen, effect: Effect) -> list[tuple[int, str]]:
    sender.send_signal(signal.SIGCONT)
    assert sender.wait(timeout=60) == 0
    effect.refresh_from_db()
    return list(effect.attempts.values_list("number", "outcome"))


def test_one_that_wakes_up_right_before_its_call_is_detected_and_shown(frozen, house):
    effect, sender = frozen("deliver_tickets:begun")
    assert (taken_over(effect).status, effect.external_id, effect.reason) == ("sent", "tickets-1", "")
    assert woken(sender, effect) == [(1, "sent"), (2, "sent")]
    assert len(house.effects("tickets")) == 2
    assert effect.reason == "2 were found with this key; the others: tickets-2."
    assert effect.attempts.first().detail == f"{overtaken.LATE} The vendor's id: tickets-2."


@pytest.mark.once
def test_one_that_wakes_up_with_its_answer_finds_its_deed_known(frozen, house):
    effect, sender = frozen("deliver_tickets:before_save")
    assert (taken_over(effect).status, effect.external_id) == ("sent", "tickets-1")
    assert woken(sender, effect) == [(1, "sent"), (2, "found")]
    assert (len(house.effects("tickets")), effect.reason) == (1, "")
