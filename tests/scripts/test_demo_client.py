"""The demo's client against a server that remembers what it was sent."""

import json
import threading
from collections.abc import Iterator
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from scripts.demo.client import Client, Refused


class Recorder(BaseHTTPRequestHandler):
    """Keeps the last request on the server object and answers what the server object says: first 429s."""

    def do_POST(self) -> None:
        self.server.headers = self.headers
        self.server.body = self.rfile.read(int(self.headers["Content-Length"]))
        later = self.server.later.pop() if self.server.later else ""
        status, body = (429, {"detail": "Too many requests"}) if later else self.server.answer
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        if later:
            self.send_header("Retry-After", later)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *arguments: object) -> None:
        """Tests are quiet."""


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), Recorder) as recorder:
        recorder.answer, recorder.later = (201, {"id": "7"}), []
        thread = threading.Thread(target=recorder.serve_forever)
        thread.start()
        yield recorder
        recorder.shutdown()
        thread.join()


@pytest.fixture
def client(server: HTTPServer) -> Client:
    return Client("127.0.0.1", server.server_port)


def test_an_upload_carries_fields_and_file(server: HTTPServer, client: Client, tmp_path: Path):
    recording = tmp_path / 'my "talk".opus'
    recording.write_bytes(b"\x00sound\r\n" * 100_000)
    client.token = "secret"

    assert client.upload("/meetings/", {"title": "Grüße"}, "audio_file", recording) == {"id": "7"}

    head = f"Content-Type: {server.headers['Content-Type']}\r\n\r\n".encode()
    title, sound = BytesParser().parsebytes(head + server.body).get_payload()
    assert server.headers["Authorization"] == "Bearer secret"
    assert title.get_param("name", header="content-disposition") == "title"
    assert title.get_payload(decode=True).decode() == "Grüße"
    assert sound.get_filename() == "my _talk_.opus"
    assert sound.get_payload(decode=True) == recording.read_bytes()


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"detail": "Too large", "code": "too_large"}, "Too large"),
        ({"detail": [{"loc": ["body", "title"], "msg": "field required"}]}, "body title: field required"),
        (None, "HTTP 422"),
    ],
)
def test_a_refusal_is_a_sentence(server: HTTPServer, client: Client, body: object, sentence: str):
    server.answer = (422, body)
    with pytest.raises(Refused) as refusal:
        client.post("/meetings/", {})
    assert (refusal.value.status, str(refusal.value)) == (422, sentence)


def test_a_client_that_is_asked_to_come_later_does_so_with_its_whole_body(
    server: HTTPServer, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    waited = []
    monkeypatch.setattr("time.sleep", waited.append)
    recording = tmp_path / "talk.wav"
    recording.write_bytes(b"sound")
    server.later = ["3", "2"]
    assert client.upload("/meetings/", {}, "audio_file", recording) == {"id": "7"}
    assert (waited, b"sound" in server.body) == ([2, 3], True)


def test_a_client_is_not_patient_for_ever(
    server: HTTPServer, client: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    server.later = ["1"] * 10
    with pytest.raises(Refused) as refusal:
        client.post("/meetings/", {})
    assert (refusal.value.status, len(server.later)) == (429, 7)
