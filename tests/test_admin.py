"""An operator opens every page of the admin."""

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.models import User
from audio.models import StorageDeletion
from meetings.pipeline import runs
from meetings.tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def operator(client):
    client.force_login(User.objects.create_superuser("operator@example.org", "a-long-password"))
    return client


@pytest.fixture
def understood(worker):
    meeting = factories.meeting()
    factories.add_recording(meeting)
    runs.begin(meeting)
    runs.complete(meeting)
    worker.work()
    return meeting


def test_every_list_opens_and_can_be_searched(operator, understood):
    for model in admin.site._registry:
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        searchable = bool(admin.site._registry[model].search_fields)
        assert operator.get(url, {"q": "sync"} if searchable else {}).status_code == 200, url


def test_a_meeting_shows_its_steps_with_timings(operator, understood):
    page = operator.get(reverse("admin:meetings_meeting_change", args=[understood.pk])).content.decode()
    run = understood.runs.get()
    assert [step for step in run.steps.all() if f">{step.name}</td>" not in page] == []
    page = operator.get(reverse("admin:meetings_run_change", args=[run.pk])).content.decode()
    for step in run.steps.all():
        assert step.name in page
    assert " s</" in page or " s\n" in page


def test_a_user_who_is_not_staff_is_sent_to_the_login(client):
    client.force_login(factories.person())
    response = client.get(reverse("admin:meetings_meeting_changelist"))
    assert response.status_code == 302
    assert "/admin/login/" in response.url


def test_deleting_a_meeting_discards_its_files(operator, understood):
    url = reverse("admin:meetings_meeting_delete", args=[understood.pk])
    files = {understood.recordings.get().file, understood.track.file}
    assert operator.post(url, {"post": "yes"}).status_code == 302
    assert set(StorageDeletion.objects.values_list("file", flat=True)) == files
