"""`/api/v1/export/markdown` and `/google-doc`: the report as a file, and as one document in a folder."""

import json

import pytest

from integrations import registry
from integrations.models import Connection, Effect
from integrations.tests.vendors.google import GoogleVendor
from meetings.models import Run
from meetings.services import meetings
from meetings.tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

MARKDOWN, DOCUMENT = "/api/v1/export/markdown", "/api/v1/export/google-doc"


@pytest.fixture
def drive(serve):
    """Documents are served by memory; what it was given."""
    serve("documents", "integrations.providers.documents.memory.MemoryDocuments")
    return lambda: [effect.payload for effect in registry.provider("documents", "chosen").effects]


@pytest.fixture
def google(settings):
    """Google on this machine, for the people who have connected it."""
    vendor = GoogleVendor()
    backend = {"BACKEND": "integrations.providers.documents.google.GoogleDocuments"}
    options = {"OPTIONS": {"base_url": vendor.url, "access_token": "server"}}
    settings.PROVIDERS = settings.PROVIDERS | {"documents": {"google": backend | options}}
    settings.SERVED_BY = settings.SERVED_BY | {"documents": []}
    registry.forget()
    yield vendor
    vendor.close()
    assert vendor.violations == []


def connected(owner, account: str = "1", **changes) -> Connection:
    values = {
        "vendor": "google",
        "account": account,
        "name": f"{account}@gmail.example",
        "scopes": ["openid", "https://www.googleapis.com/auth/drive.file"],
        "secrets": {"access_token": f"token-{account}"},
    }
    return Connection.objects.create(owner=owner, **(values | changes))


def ask(api, meeting, folder: str = "folder-1"):
    return api.post(DOCUMENT, {"meeting_id": str(meeting.pk), "folder_id": folder}, format="json")


@pytest.mark.once
def test_the_report_comes_inside_json_unless_a_file_is_asked_for(api, meeting) -> None:
    body = {"meeting_id": str(meeting.pk)}
    answer = api.post(MARKDOWN, body, format="json")
    assert answer.status_code == 200
    told = answer.json()
    assert (told["meeting_id"], told["format"]) == (str(meeting.pk), "markdown")
    assert told["filename"] == "2026-11-16 Weekly sync.md"
    assert told["content"].startswith("# Weekly sync\n")
    file = api.post(MARKDOWN, body, format="json", HTTP_ACCEPT="text/markdown")
    assert (file.status_code, file.headers["Content-Type"]) == (200, "text/markdown; charset=utf-8")
    assert file.content.decode() == told["content"]
    assert file.headers["Content-Disposition"] == 'attachment; filename="2026-11-16 Weekly sync.md"'


@pytest.mark.once
def test_a_file_may_be_named_in_any_script(api, owner) -> None:
    meeting = factories.meeting(owner, title="Планёрка")
    body = {"meeting_id": str(meeting.pk)}
    file = api.post(MARKDOWN, body, format="json", HTTP_ACCEPT="text/markdown")
    said = "attachment; filename*=utf-8''2026-11-16%20%D0%9F%D0%BB%D0%B0%D0%BD%D1%91%D1%80%D0%BA%D0%B0.md"
    assert file.headers["Content-Disposition"] == said


@pytest.mark.parametrize("route", [MARKDOWN, DOCUMENT])
def test_a_report_is_its_owners(stranger, meeting, drive, route) -> None:
    answer = stranger.post(route, {"meeting_id": str(meeting.pk), "folder_id": "folder-1"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (404, "MEETING_NOT_FOUND")
    assert Effect.objects.count() == 0


@pytest.mark.once
@pytest.mark.parametrize("body", [{}, {"meeting_id": "7"}])
@pytest.mark.parametrize("route", [MARKDOWN, DOCUMENT])
def test_a_meeting_has_to_be_named(api, drive, route, body) -> None:
    assert api.post(route, body, format="json").status_code == 422


def test_one_folder_has_one_document_of_a_report(api, meeting, worker, drive) -> None:
    first = ask(api, meeting)
    assert (first.status_code, first.json()["status"]) == (202, "queued")
    assert ask(api, meeting).json()["effect_id"] == first.json()["effect_id"]
    worker.work()
    again = ask(api, meeting)
    assert again.status_code == 200
    assert again.json() == {
        "meeting_id": str(meeting.pk),
        "document_id": "documents-1",
        "url": "memory://documents/1",
        "status": "sent",
        "effect_id": first.json()["effect_id"],
        "folder_id": "folder-1",
        "provider": "chosen",
        "reason": "",
    }
    assert [(draft["folder"], draft["title"]) for draft in drive()] == [("folder-1", "Weekly sync")]
    assert ask(api, meeting, "folder-2").status_code == 202
    worker.work()
    assert [draft["folder"] for draft in drive()] == ["folder-1", "folder-2"]


@pytest.mark.once
def test_the_document_is_the_report_that_a_client_reads_and_is_not_kept_here(
    api, meeting, worker, drive
) -> None:
    factories.say(meeting)
    api.post(f"/api/v1/meetings/{meeting.pk}/complete")
    worker.work()
    ask(api, meeting)
    worker.work()
    [draft] = drive()
    content = api.post(MARKDOWN, {"meeting_id": str(meeting.pk)}, format="json").json()["content"]
    assert draft["markdown"] == content
    assert "The release stays on Thursday." in content
    assert "still being processed" not in content
    assert "Thursday" not in json.dumps(Effect.objects.get(kind="documents").payload)


def test_a_new_revision_of_the_report_is_a_new_document(api, meeting, worker, drive) -> None:
    factories.say(meeting)
    ask(api, meeting)
    worker.work()
    for _ in range(2):
        api.post(f"/api/v1/meetings/{meeting.pk}/complete")
        worker.work()
        ask(api, meeting)
        worker.work()
    assert len(drive()) == 2
    assert drive()[0]["markdown"] != drive()[1]["markdown"]
    Run.objects.update(revision=7)
    ask(api, meeting)
    worker.work()
    assert len(drive()) == 3


def test_a_meeting_deleted_before_the_document_is_written_gives_none(api, meeting, worker, drive) -> None:
    ask(api, meeting)
    meetings.remove(meeting)
    worker.work()
    assert (drive(), Effect.objects.get().status) == ([], "cancelled")


@pytest.mark.once
def test_an_export_by_hand_leaves_how_the_meeting_stands(api, meeting, worker, drive) -> None:
    factories.say(meeting)
    api.post(f"/api/v1/meetings/{meeting.pk}/complete")
    worker.work()
    ask(api, meeting)
    for status in ("queued", "failed"):
        Effect.objects.filter(kind="documents").update(status=status)
        report = api.get(f"/api/v1/meetings/{meeting.pk}/report").json()
        assert (report["status"], report["errors"]) == ("completed", [])


@pytest.mark.once
@pytest.mark.parametrize(
    ("connection", "words"),
    [
        (None, "connect your Google account"),
        ({"scopes": ["openid"]}, "1@gmail.example is connected without access to Google Drive"),
        ({"status": "needs_consent"}, "1@gmail.example at Google has to be connected anew"),
        ({"status": "disconnected"}, "connect your Google account"),
    ],
)
def test_without_a_place_for_documents_it_says_what_to_do(
    api, owner, meeting, google, connection, words
) -> None:
    if connection is not None:
        connected(owner, **connection)
    answer = ask(api, meeting)
    assert (answer.status_code, answer.json()["code"]) == (409, "NO_DOCUMENTS_PROVIDER")
    assert words in answer.json()["detail"]
    assert Effect.objects.count() == 0


def test_the_report_goes_into_the_drive_of_the_account_that_is_meant(api, owner, meeting, google) -> None:
    connected(owner, "1")
    primary = connected(owner, "2", is_primary=True)
    connected(factories.person("other@example.org"), "3", is_primary=True)
    assert ask(api, meeting).status_code == 202
    effect = Effect.objects.get()
    assert (effect.connection, effect.provider, effect.destination) == (primary, "google", "folder-1")


@pytest.mark.once
def test_a_document_reaches_google_formatted(api, meeting, worker, serve, google) -> None:
    backend = "integrations.providers.documents.google.GoogleDocuments"
    serve("documents", backend, base_url=google.url, access_token="token-of-the-tests")
    factories.say(meeting, "Decision: Ship <b>it</b>.")
    api.post(f"/api/v1/meetings/{meeting.pk}/complete")
    worker.work()
    ask(api, meeting)
    worker.work()
    [file] = google.committed
    assert (file["name"], file["parents"]) == ("Weekly sync", ["folder-1"])
    assert "<h1>Weekly sync</h1>" in file["media"]
    assert "Ship &lt;b&gt;it&lt;/b&gt;." in file["media"]
    assert ask(api, meeting).json()["document_id"] == "file-1"


@pytest.mark.once
def test_an_unknown_folder_is_said(api, meeting, worker, serve, google) -> None:
    backend = "integrations.providers.documents.google.GoogleDocuments"
    serve("documents", backend, base_url=google.url, access_token="token-of-the-tests")
    ask(api, meeting, "nowhere")
    worker.work()
    report = Effect.objects.get()
    assert (report.status, google.committed) == ("failed", [])
    assert report.reason.startswith("Google Drive shows us no folder with this id")


@pytest.mark.once
@pytest.mark.parametrize(
    ("said", "folder"),
    [
        ("https://drive.google.com/drive/u/0/folders/1a_B-c?usp=sharing", "1a_B-c"),
        ("https://drive.google.com/drive/folders/1a_B-c", "1a_B-c"),
        ("", ""),
    ],
)
def test_a_folder_may_be_named_by_its_address(api, meeting, drive, said, folder) -> None:
    assert ask(api, meeting, said).json()["folder_id"] == folder


@pytest.mark.once
@pytest.mark.parametrize("said", ["../x", "a b", "https://evil.example/folders/1", "é"])
def test_what_names_no_folder_is_refused(api, meeting, drive, said) -> None:
    assert ask(api, meeting, said).status_code == 422
    assert Effect.objects.count() == 0
