"""What the owner of an effect does about it: over REST, each refusal with a sentence and nothing changed."""

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from integrations import refusals
from integrations.errors import Unavailable
from integrations.models import Connection, Effect
from integrations.providers.mail.memory import MemoryMail
from integrations.providers.tickets.memory import MemoryTickets
from integrations.services import effects, outcomes, remedies

from .test_attempts import raising
from .test_delivery import MEMORY, dies_sending, done, intend

pytestmark = pytest.mark.django_db(transaction=True)

EFFECTS = "/api/v1/effects"


def ask(api, effect: Effect, what: str = ""):
    method = api.post if what else api.get
    return method(f"{EFFECTS}/{effect.pk}{what and '/' + what}")


def told(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


@pytest.fixture
def lost_mail(owner, serve, worker) -> Effect:
    """It arrived, but nobody knows."""
    serve("mail", f"{MEMORY}.mail.memory.MemoryMail", lose_answer=1)
    effect = intend("mail", destination="maya@example.org", owner_id=owner.pk)
    worker.work(1)
    return effect


def test_an_unknown_mail_is_shown_with_all_that_is_known(api, lost_mail):
    body = ask(api, lost_mail).json()
    assert (body["kind"], body["status"], body["destination"]) == ("mail", "unknown", "maya@example.org")
    assert body["reason"] == "The answer of the mail provider was lost."
    assert (body["may_send_again"], body["may_cancel"], body["sent_at"]) == (True, False, None)
    assert body["attempts"] == 1
    attempt = body["attempt_list"][0]
    assert (attempt["number"], attempt["outcome"]) == (1, "unknown")
    assert "payload" not in body


def test_an_unknown_mail_goes_out_again_when_its_owner_says_so(api, lost_mail, worker):
    answer = ask(api, lost_mail, "send-again")
    assert (answer.status_code, answer.json()["status"]) == (202, "queued")
    assert answer.json()["reason"] == "To be sent again, as its owner asked."
    worker.work()
    body = ask(api, lost_mail).json()
    assert (body["status"], body["key"], body["attempts"], done("mail")) == ("sent", "mail-2", 2, 2)
    assert told(ask(api, lost_mail, "send-again")) == (409, "EFFECT_SENT")
    assert told(ask(api, lost_mail, "cancel")) == (409, "EFFECT_SENT")
    assert worker.work() == 0


def test_an_unknown_ticket_is_looked_for_before_it_is_opened_again(api, owner, worker):
    effect = intend("tickets", owner_id=owner.pk)
    worker.work()
    Effect.objects.update(status="unknown", external_id="", give_up_at=Now())
    assert ask(api, effect, "send-again").status_code == 202
    worker.work()
    body = ask(api, effect).json()
    assert (body["status"], body["key"], done()) == ("sent", "tickets-1", 1)
    assert [each["outcome"] for each in body["attempt_list"]] == ["sent", "found"]


def test_a_failed_ticket_is_tried_for_another_day(api, owner, worker, monkeypatch):
    monkeypatch.setattr(MemoryTickets, "open", raising(Unavailable("Down.")))
    effect = intend("tickets", owner_id=owner.pk)
    Effect.objects.update(give_up_at=Now())
    worker.work()
    assert ask(api, effect).json()["status"] == "failed"
    monkeypatch.undo()
    assert ask(api, effect, "send-again").status_code == 202
    assert Effect.objects.filter(give_up_at__gt=Now() + effects.PERSISTENCE / 2).exists()
    worker.work()
    assert (ask(api, effect).json()["status"], done()) == ("sent", 1)


def test_what_waits_is_cancelled_and_may_be_sent_after_all(api, owner, worker):
    effect = intend("tickets", owner_id=owner.pk)
    assert ask(api, effect).json()["may_cancel"] is True
    answer = ask(api, effect, "cancel")
    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    assert answer.json()["reason"] == "Cancelled by its owner."
    worker.work()
    assert done() == 0
    assert told(ask(api, effect, "cancel")) == (409, "EFFECT_NOT_WAITING")
    assert ask(api, effect, "send-again").status_code == 202
    worker.work()
    assert done() == 1


@pytest.mark.parametrize(("arrived", "status"), [(True, "sent"), (False, "cancelled")])
def test_cancelling_what_may_have_arrived_looks_and_does_not_send(
    api, owner, worker, lagging, arrived, status
):
    effect = intend("tickets", owner_id=owner.pk)
    if arrived:
        worker.work()
    worker.queue.clear()
    Effect.objects.update(status="queued", doubtful=True, lookups=1, claim=1, not_before=None)
    answer = ask(api, effect, "cancel")
    assert (answer.json()["status"], answer.json()["may_cancel"]) == ("queued", False)
    assert told(ask(api, effect, "cancel")) == (409, "EFFECT_NOT_WAITING")
    worker.wait()
    effect.refresh_from_db()
    assert (effect.status, done()) == (status, int(arrived))
    assert effect.withdrawn == outcomes.BY_HAND
    assert effect.payload
    if not arrived:
        assert ask(api, effect, "send-again").status_code == 202
        worker.work()
        assert done() == 1


@pytest.mark.parametrize(
    ("state", "send_again", "cancel"),
    [
        ({"status": "sending"}, "EFFECT_BUSY", "EFFECT_BUSY"),
        ({"status": "queued", "doubtful": True}, "EFFECT_BUSY", None),
        ({"status": "skipped", "reason": "no provider"}, "EFFECT_NOT_WANTED", "EFFECT_NOT_WAITING"),
        ({"status": "failed", "payload": {}}, "EFFECT_ERASED", "EFFECT_NOT_WAITING"),
        (
            {"status": "cancelled", "withdrawn": "the task was removed"},
            "EFFECT_NOT_WANTED",
            "EFFECT_NOT_WAITING",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_and_not_offered(api, owner, worker, state, send_again, cancel):
    effect = intend("tickets", owner_id=owner.pk)
    worker.queue.clear()
    Effect.objects.update(**state)
    before = Effect.objects.values().get()
    offered = ask(api, effect).json()
    assert (offered["may_send_again"], offered["may_cancel"]) == (send_again is None, cancel is None)
    assert told(ask(api, effect, "send-again")) == (409, send_again)
    if cancel:
        assert told(ask(api, effect, "cancel")) == (409, cancel)
    assert Effect.objects.values().get() == before
    assert worker.work() == 0


def test_who_has_taken_it_meanwhile_keeps_it(owner, worker):
    effect = intend("mail", destination="maya@example.org", owner_id=owner.pk)
    dies_sending(Effect.objects.get())
    for remedy in (remedies.send_again, remedies.cancel):
        with pytest.raises(refusals.EffectBusy):
            remedy(effect, owner)
    assert Effect.objects.get().status == "sending"


def test_what_is_somebody_elses_is_not_there(api, stranger, lost_mail):
    before = Effect.objects.values().get()
    for what in ("", "send-again", "cancel"):
        assert told(ask(stranger, lost_mail, what)) == (404, "EFFECT_NOT_FOUND")
    assert stranger.get(EFFECTS).json() == []
    assert Effect.objects.values().get() == before


def test_lists_are_filtered_and_ask_as_often_for_many_as_for_few(api, stranger, owner, meeting, worker):
    account = Connection.objects.create(owner=owner, vendor="jira", account="1")
    ids = {"owner_id": owner.pk, "meeting_id": meeting.pk, "task_id": meeting.pk}

    def asked(path: str) -> list:
        with CaptureQueriesContext(connection) as queries:
            answer = api.get(path)
        assert answer.headers["X-Total-Count"] == str(len(answer.json()))
        counts.append(len(queries))
        return answer.json()

    counts: list[int] = []
    intend("tickets", "a", connection=account, **ids)
    own = f"/api/v1/meetings/{meeting.pk}/effects"
    assert [each["connection"] for each in asked(own)] == [str(account.pk)]
    for number in range(5):
        intend("mail", str(number), destination=f"{number}@example.org", **ids)
    intend("mail", "private", destination="x@example.org", owner_id=owner.pk)
    worker.work()
    assert len(asked(own)) == 6
    assert counts[0] == counts[1]
    assert len(asked(EFFECTS)) == 7
    assert len(asked(f"{EFFECTS}?meeting_id={meeting.pk}&kind=mail&status=sent")) == 5
    assert len(asked(f"{EFFECTS}?task_id={meeting.pk}&kind=tickets")) == 1
    assert [each["kind"] for each in asked(f"{own}?kind=tickets&status=sent")] == ["tickets"]
    assert api.get(f"{own}?kind=pigeons").status_code == 422
    assert api.get(f"{own}?limit=2&offset=1").headers["X-Total-Count"] == "6"
    assert stranger.get(own).status_code == 404


def test_a_repeat_is_never_more_than_the_one_that_was_asked_for(api, lost_mail, worker, monkeypatch):
    """The second attempt is lost as well: it stays with the owner, who decides again."""
    monkeypatch.setattr(MemoryMail, "send", raising(Unavailable("Gone.", maybe_done=True)))
    assert [ask(api, lost_mail, "send-again").status_code for _ in range(2)] == [202, 202]
    worker.work()
    assert (ask(api, lost_mail).json()["status"], ask(api, lost_mail).json()["attempts"]) == ("unknown", 2)
