"""Google Docs by Drive's import, asked over HTTP and judged by Drive's own description."""

from typing import Any

import pytest

from integrations.errors import Misconfigured, Rejected, Unavailable
from integrations.providers.documents.google import GoogleDocuments, GoogleDocumentsOptions, as_html
from integrations.providers.documents.memory import MemoryDocuments
from integrations.tests.contracts.documents import DocumentsSuite, DocumentsVendorSuite, report
from integrations.tests.contracts.keyed import TOKEN
from integrations.tests.vendors import google
from integrations.tests.vendors.google import GoogleVendor

pytestmark = pytest.mark.once


class TestMemoryDocuments(DocumentsSuite):
    @pytest.fixture
    def provider(self) -> MemoryDocuments:
        return MemoryDocuments()


class TestGoogleDocuments(DocumentsVendorSuite):
    Server = GoogleVendor

    def make(self, url: str, **options: Any) -> GoogleDocuments:
        return GoogleDocuments(GoogleDocumentsOptions(**({"access_token": TOKEN, "base_url": url} | options)))

    def test_drive_is_given_html_to_make_a_document_of_in_the_folder(
        self, server: GoogleVendor, provider: GoogleDocuments
    ) -> None:
        provider.create(report("k", title="Wöchentlich"))
        [file] = server.committed
        assert file["name"] == "Wöchentlich"
        assert file["mimeType"] == "application/vnd.google-apps.document"
        assert (file["parents"], file["appProperties"]) == (["folder-1"], {"effect": "k"})
        assert file["media_type"] == "text/html"
        assert "<h1>Weekly</h1>\n<ul>\n<li>It <strong>works</strong>.</li>\n</ul>" in file["media"]

    def test_without_a_folder_it_lies_where_the_account_keeps_its_documents(
        self, server: GoogleVendor, provider: GoogleDocuments
    ) -> None:
        provider.create(report("k", folder=""))
        assert "parents" not in server.committed[0]

    def test_an_unknown_folder_is_refused_with_a_sentence(
        self, server: GoogleVendor, provider: GoogleDocuments
    ) -> None:
        with pytest.raises(Rejected, match="no folder with this id") as refusal:
            provider.create(report("k", folder="nowhere"))
        assert refusal.value.status == 404
        assert server.committed == []

    def test_what_is_hidden_by_search_lag_is_found_later(
        self, server: GoogleVendor, provider: GoogleDocuments
    ) -> None:
        created = provider.create(report("it's"))
        server.hidden = 1
        assert [provider.find("it's"), provider.find("it's")] == [[], [created]]
        assert provider.search_lag > 0

    @pytest.mark.parametrize(
        ("reason", "kind"),
        [
            ("userRateLimitExceeded", Unavailable),
            ("insufficientParentPermissions", Rejected),
            ("appNotAuthorizedToFile", Rejected),
            ("ACCESS_TOKEN_SCOPE_INSUFFICIENT", Misconfigured),
        ],
    )
    def test_a_403_means_what_its_reason_says(
        self, server: GoogleVendor, provider: GoogleDocuments, reason: str, kind: type[Exception]
    ) -> None:
        server.route("POST", "/upload/drive/v3/files", lambda asked: google.refusal(403, reason))
        with pytest.raises(kind):
            provider.create(report("k"))
        assert server.committed == []


@pytest.mark.parametrize(
    "said",
    ["<script>alert(1)</script>", "![x](https://tracker.example/1.png)", "[x](javascript:alert(1))"],
)
def test_what_was_said_becomes_no_markup_and_fetches_nothing(said: str) -> None:
    page = as_html(report("k", markdown=said))
    assert "<script" not in page
    assert "<img" not in page
    assert 'href="javascript' not in page


def test_a_table_becomes_a_table_with_lines() -> None:
    page = as_html(
        report("k", title="<b>", markdown="| Task | Due |\n| --- | --- |\n| Call \\| write | – |\n")
    )
    assert '<table border="1">' in page
    assert "<td>Call | write</td>" in page
    assert "<title>&lt;b&gt;</title>" in page
