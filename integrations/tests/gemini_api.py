"""Gemini's REST API (v1beta) as far as we use it, with answers in the form the service gives them."""

import json
from typing import Any

from integrations.tests.vendors.server import Asked, Reply, Vendor, as_json


def answered(text: str, finish: str = "STOP") -> Reply:
    """A generateContent answer, with the thought part that current models put before it."""
    parts = [{"text": "Let me think.", "thought": True}, {"text": text}]
    return as_json(
        {
            "candidates": [
                {"content": {"role": "model", "parts": parts}, "finishReason": finish, "index": 0}
            ],
            "usageMetadata": {"promptTokenCount": 812, "candidatesTokenCount": 90, "totalTokenCount": 902},
            "modelVersion": "gemini-3.8-flash",
        }
    )


def blocked(reason: str) -> Reply:
    return as_json({"promptFeedback": {"blockReason": reason}})


def refused(code: int, status: str, message: str, *details: dict[str, Any], **headers: str) -> Reply:
    error = {"code": code, "message": message, "status": status, "details": list(details)}
    return as_json({"error": error}, status=code, **headers)


def text_of(asked: Asked) -> str:
    """All text of a question's prompt."""
    return "\n".join(part["text"] for part in asked.json()["contents"][0]["parts"] if "text" in part)


class Files:
    """The Files API: resumable upload, state by polling, deletion."""

    def __init__(self, vendor: Vendor, states: tuple[str, ...] = ("PROCESSING", "ACTIVE")):
        self.states = list(states)
        self.received = b""
        self.url = vendor.url
        vendor.route("POST", "/upload/v1beta/files", self._begin)
        vendor.route("POST", "/upload/session/1", self._receive)
        vendor.route("GET", "/v1beta/files/abc", lambda asked: as_json(self._file()))
        vendor.route("DELETE", "/v1beta/files/abc", lambda asked: as_json({}))

    def _begin(self, asked: Asked) -> Reply:
        return Reply(200, b"{}", {"X-Goog-Upload-URL": f"{self.url}/upload/session/1"})

    def _receive(self, asked: Asked) -> Reply:
        self.received += asked.body
        body = json.dumps({"file": self._file()}).encode()
        return Reply(200, body, {"X-Goog-Upload-Status": "final"})

    def _file(self) -> dict[str, str]:
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        return {
            "name": "files/abc",
            "uri": f"{self.url}/v1beta/files/abc",
            "mimeType": "audio/flac",
            "state": state,
        }
