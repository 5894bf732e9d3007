"""An owner's address is told when a meeting is understood or has failed."""

import pytest

from integrations import registry
from integrations.services import webhooks
from meetings.pipeline import runs
from meetings.tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def told(owner):
    asked = ["meeting.processed", "meeting.failed"]
    webhooks.create(owner.pk, url="https://hooks.example.org/", events=asked)
    return lambda: [each.payload["body"] for each in registry.provider("webhooks", "memory").effects]


def test_a_meeting_that_is_understood_is_told_once(owner, meeting, worker, told, settings):
    factories.say(meeting)
    runs.begin(meeting)
    worker.work()
    [notice] = told()
    assert notice["type"] == "meeting.processed"
    assert notice["data"] == {
        "meeting_id": str(meeting.pk),
        "processing_status": "COMPLETED",
        "report": f"{settings.PUBLIC_URL}/api/v1/meetings/{meeting.pk}/report",
    }
    runs.complete(meeting)
    worker.work()
    assert len(told()) == 1


def test_a_run_that_is_cancelled_is_told_as_failed(owner, meeting, worker, told):
    factories.say(meeting)
    runs.begin(meeting)
    runs.cancel(meeting)
    worker.work()
    assert [(each["type"], each["data"]["processing_status"]) for each in told()] == [
        ("meeting.failed", "FAILED")
    ]
