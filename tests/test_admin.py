"""An operator opens every page of the admin."""

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.models import User
from audio.models import StorageDeletion
from core.admin import Watched
from core.models import AuditEntry, IdempotentRequest
from integrations.models import Effect
from integrations.services import webhooks
from meetings.pipeline import runs
from meetings.tests import factories
from tasks.models import Task

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


OF_NOBODY = {"audio.storagedeletion", "core.auditentry", "integrations.circuit", "notifications.mailtemplate"}
"""Pages that show no person's data, but the log itself."""


def test_every_page_about_people_is_watched():
    pages = admin.site._registry.items()
    unwatched = {model._meta.label_lower for model, page in pages if not isinstance(page, Watched)}
    assert unwatched == OF_NOBODY


@pytest.mark.parametrize("lookup", ["payload__subject__startswith=a", "payload__contains=a"])
def test_what_a_page_does_not_show_cannot_be_guessed_by_filtering(operator, understood, lookup):
    page = reverse("admin:integrations_effect_changelist")
    assert operator.get(f"{page}?{lookup}").status_code == 400
    assert operator.get(f"{page}?kind__exact=mail&destination__contains=@").status_code == 200


def test_looking_at_a_row_names_its_person_in_the_log(operator, understood):
    by_hand = Task.objects.create(title="Call Maya", meeting=understood)
    rows = [understood, understood.runs.get(), understood.recordings.get(), by_hand]
    rows += [Effect.objects.create(kind="ticket", provider="x", key="1", owner_id=understood.owner_id)]
    for row in rows:
        url = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
        assert operator.get(url).status_code == 200
        seen = AuditEntry.objects.first()
        assert (seen.action, seen.subject_id) == ("viewed_by_staff", understood.owner_id), url
        assert seen.details == {"model": row._meta.label_lower, "row": str(row.pk)}


def test_a_row_without_a_person_opens_too(operator):
    task = Task.objects.create(title="Nobody's")
    assert operator.get(reverse("admin:tasks_task_change", args=[task.pk])).status_code == 200
    assert AuditEntry.objects.first().subject_id is None


def test_completing_a_name_in_a_form_is_looking_at_people(operator):
    asked = {"app_label": "tasks", "model_name": "task", "field_name": "created_by", "term": "operator"}
    assert operator.get(reverse("admin:autocomplete"), asked).json()["results"] != []
    assert AuditEntry.objects.first().details == {"model": "accounts.user", "page": "autocomplete"}


def test_deleting_a_meeting_leaves_who_looked_and_who_deleted(operator, meeting):
    url = reverse("admin:meetings_meeting_delete", args=[meeting.pk])
    about = {"model": "meetings.meeting", "row": str(meeting.pk)}
    assert operator.get(url).status_code == 200
    assert AuditEntry.objects.first().details == about | {"page": "delete"}
    assert operator.post(url, {"post": "yes"}).status_code == 302
    last = AuditEntry.objects.filter(action="changed_by_staff").get()
    assert (last.subject_id, last.details) == (meeting.owner_id, about | {"did": "delete"})


def test_deleting_a_meeting_discards_its_files(operator, understood):
    url = reverse("admin:meetings_meeting_delete", args=[understood.pk])
    files = {understood.recordings.get().file, understood.track.file}
    assert operator.post(url, {"post": "yes"}).status_code == 302
    assert set(StorageDeletion.objects.values_list("file", flat=True)) == files


def test_staff_see_whose_webhooks_are_paused_and_no_secret_of_them(operator):
    """An address may be a secret by itself, as those of chats are: its host is shown."""
    owner = factories.person()
    webhook = webhooks.create(owner.pk, url="https://hooks.example.org/T0/s3cret?k=s3cret", events=[])
    [secret] = webhook.secrets["signing"]
    listed = operator.get(reverse("admin:integrations_webhookendpoint_changelist"), {"q": owner.email})
    shown = operator.get(reverse("admin:integrations_webhookendpoint_change", args=[webhook.pk]))
    for page in (listed.content.decode(), shown.content.decode()):
        assert "hooks.example.org" in page
        assert [word for word in ("s3cret", secret) if word in page] == []
    assert AuditEntry.objects.first().subject_id == owner.pk
    assert not admin.site.is_registered(IdempotentRequest)
