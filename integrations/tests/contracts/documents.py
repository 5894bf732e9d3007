"""The contract of documents; vendors' suites add the faults."""

from typing import Any

from integrations.contracts.documents import Document, DocumentDraft, Documents
from integrations.tests.contracts.keyed import KeyedVendorSuite
from integrations.tests.contracts.options import ProviderSuite


def report(key: str, **changes: Any) -> DocumentDraft:
    values = {"title": "Weekly", "markdown": "# Weekly\n\n- It **works**.\n", "folder": "folder-1"}
    return DocumentDraft(**(values | {"key": key} | changes))


class DocumentsSuite(ProviderSuite):
    def test_a_document_is_found_by_its_key_with_the_same_id_and_address(self, provider: Documents) -> None:
        created = provider.create(report("meeting-1/documents"))
        assert created.id
        assert created.url
        assert provider.find("meeting-1/documents") == [created]

    def test_a_key_that_was_never_used_finds_nothing(self, provider: Documents) -> None:
        provider.create(report("meeting-1/documents"))
        assert provider.find("meeting-9/documents") == []

    def test_all_documents_with_one_key_are_found(self, provider: Documents) -> None:
        both = [provider.create(report("meeting-1/documents")) for _ in range(2)]
        assert sorted(each.id for each in provider.find("meeting-1/documents")) == sorted(e.id for e in both)
        assert both[0].id != both[1].id


class DocumentsVendorSuite(DocumentsSuite, KeyedVendorSuite):
    def create(self, provider: Documents, key: str) -> Document:
        return provider.create(report(key))
