"""Google Docs: the report is imported by Drive v3 and becomes a formatted document of the account.

It is sent as HTML: which Markdown Drive reads is written down nowhere (only `about.importFormats` names the
type), while headings, lists, tables and links of HTML have been imported since Drive converts at all.
Pre-generated ids are not for documents: Drive takes them neither for its own formats nor for uploads that
it converts. So a document is found by a property of ours, and a search may lag behind.
"""

import html
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from markdown_it import MarkdownIt

from integrations.contracts.documents import Document, DocumentDraft
from integrations.errors import Rejected
from integrations.http import Answer
from integrations.providers import google

DOCUMENT = "application/vnd.google-apps.document"
KEY = "effect"
"""Name of the file's property that our key stands in; only this app sees it."""


@dataclass(frozen=True)
class GoogleDocumentsOptions:
    access_token: str = field(default="", repr=False)
    base_url: str = google.BASE_URL
    timeout: float = 20.0
    """Seconds; the conversion is part of the answer."""


class GoogleDocuments:
    """Documents of one account, in My Drive or in a shared drive."""

    Options = GoogleDocumentsOptions
    engine = "google-docs"
    search_lag = 60.0
    """Google promises no figure for `files.list`; a guess on the safe side."""

    def __init__(self, options: GoogleDocumentsOptions):
        self._options = options
        self._http = google.endpoint(options.base_url, options.access_token, options.timeout)

    def create(self, draft: DocumentDraft) -> Document:
        metadata: dict[str, Any] = {
            "name": draft.title,
            "mimeType": DOCUMENT,
            "appProperties": {KEY: draft.key},
        }
        if draft.folder:
            metadata["parents"] = [draft.folder]
        content_type, body = _related(metadata, as_html(draft))
        params = {"uploadType": "multipart", "supportsAllDrives": "true", "fields": "id,webViewLink"}
        try:
            answer = self._http.request(
                "POST",
                "upload/drive/v3/files",
                params=params,
                content=body,
                headers={"Content-Type": content_type},
            )
        except Rejected as error:
            if error.status != 404:
                raise
            sentence = (
                "Google Drive shows us no folder with this id: there is none, or it has not been opened to "
                "this app."
            )
            raise Rejected(sentence, status=404) from error
        return _document(answer.json(), answer)

    def find(self, key: str) -> list[Document]:
        literal = key.replace("\\", "\\\\").replace("'", "\\'")
        params = {
            "q": f"appProperties has {{ key='{KEY}' and value='{literal}' }} and trashed = false",
            "fields": "files(id,webViewLink)",
            "supportsAllDrives": "true",
            "includeItemsFromAllDrives": "true",
        }
        answer = self._http.request("GET", "drive/v3/files", params=params)
        page = answer.json()
        files = page.get("files") if isinstance(page, dict) else None
        if not isinstance(files, list):
            raise answer.unreadable("something that is no list of files")
        return [_document(file, answer) for file in files]

    def probe(self) -> None:
        google.probe(self._options.access_token)


def as_html(draft: DocumentDraft) -> str:
    """The Markdown as plain HTML. Markup in it stays text, and no image is fetched from anywhere."""
    reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    # Without it, an imported table has no lines.
    reader.add_render_rule("table_open", lambda *_: '<table border="1">\n')
    title = html.escape(draft.title)
    head = f'<head><meta charset="utf-8"><title>{title}</title></head>'
    return f"<!DOCTYPE html>\n<html>{head}<body>\n{reader.render(draft.markdown)}</body></html>\n"


def _related(metadata: dict[str, Any], page: str) -> tuple[str, bytes]:
    """Content type and body of an upload with metadata (RFC 2387)."""
    boundary = secrets.token_hex(16)
    parts = [
        ("application/json; charset=UTF-8", json.dumps(metadata)),
        ("text/html; charset=UTF-8", page),
    ]
    written = [f"--{boundary}\r\nContent-Type: {kind}\r\n\r\n{content}\r\n" for kind, content in parts]
    body = "".join([*written, f"--{boundary}--\r\n"])
    return f"multipart/related; boundary={boundary}", body.encode("utf-8", "replace")


def _document(file: Any, answer: Answer) -> Document:
    if not isinstance(file, dict) or not isinstance(file.get("id"), str):
        raise answer.unreadable("something that is no file")
    return Document(file["id"], str(file.get("webViewLink") or ""))
