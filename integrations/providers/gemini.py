"""Google's Gemini by its current SDK (google-genai); what speech and language share of it.

The SDK is imported on first use (a second and 60 MB); it retries nothing by itself, and its errors and
its transport's leave here as ours.
"""

import importlib.util
import io
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2

from integrations.errors import Misconfigured, ProviderError, Rejected, Unavailable
from integrations.http import failure, transport_failure
from integrations.redaction import safe_cause

VENDOR = "Gemini"
MODEL = "gemini-3.8-flash"
BASE_URL = "https://generativelanguage.googleapis.com"
POLL = 1.0
"""Seconds between two looks at a file that is being processed."""


@dataclass(frozen=True)
class GeminiOptions:
    api_key: str = field(default="", repr=False)
    model: str = MODEL
    base_url: str = BASE_URL
    timeout: float = 600.0
    """Seconds for each request, and for a file to become ready."""


class Gemini:
    """One client per provider, made on first use; safe among threads."""

    def __init__(self, options: GeminiOptions, sleep: Callable[[float], None] = time.sleep):
        self.model = options.model or MODEL
        self._options = options
        self._sleep = sleep
        self._lock = threading.Lock()
        self._made: Any = None

    def probe(self) -> None:
        if not self._options.api_key.strip():
            raise Misconfigured("Gemini needs an API key (GEMINI_KEY).")
        if importlib.util.find_spec("google.genai") is None:
            raise Misconfigured("Gemini needs the package google-genai.")

    def ask(self, parts: list[Any], *, system: str, schema: Mapping[str, Any]) -> str:
        """The model's text for one prompt. Raises Rejected where it declines or does not finish."""
        from google.genai import types

        config = types.GenerateContentConfig(
            system_instruction=system,
            response_mime_type="application/json",
            response_json_schema=dict(schema),
        )
        contents = types.Content(role="user", parts=[_part(part) for part in parts])
        with self._speaking() as client:
            response = client.models.generate_content(model=self.model, contents=contents, config=config)
        return _text(response)

    @contextmanager
    def uploaded(self, data: bytes, mime_type: str) -> Iterator[Any]:
        """A part that refers to a file of theirs, which is deleted when the block is left."""
        from google.genai import types

        with self._speaking() as client:
            file = client.files.upload(
                file=io.BytesIO(data), config=types.UploadFileConfig(mime_type=mime_type)
            )
        try:
            ready = self._ready(file)
            yield types.Part.from_uri(file_uri=ready.uri, mime_type=mime_type)
        finally:
            self._delete(file.name)

    def _ready(self, file: Any) -> Any:
        deadline = time.monotonic() + self._options.timeout
        while str(file.state and file.state.value) != "ACTIVE":
            if str(file.state and file.state.value) == "FAILED":
                raise Rejected("Gemini could not process the audio file.")
            if time.monotonic() > deadline:
                raise Unavailable("Gemini did not get the audio file ready in time.")
            self._sleep(POLL)
            with self._speaking() as client:
                file = client.files.get(name=file.name)
        return file

    def _delete(self, name: str) -> None:
        """Best effort: what stays behind is deleted by the vendor after two days."""
        try:
            with self._speaking() as client:
                client.files.delete(name=name)
        except ProviderError:
            return

    @contextmanager
    def _speaking(self) -> Iterator[Any]:
        """The client; whatever the SDK raises leaves as an error of ours."""
        self.probe()
        from google.genai import errors

        secrets = (self._options.api_key.strip(),)
        try:
            yield self._client()
        except errors.APIError as error:
            raise _refusal(error, secrets) from safe_cause(error, secrets)
        except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeEncodeError) as error:
            raise transport_failure(VENDOR, error, changes=False) from safe_cause(error, secrets)
        except (ValueError, KeyError) as error:  # the SDK's own words for an answer it cannot read
            raise Rejected("Gemini answered in a form that was not understood.") from safe_cause(
                error, secrets
            )

    def _client(self) -> Any:
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made

    def _make(self) -> Any:
        from google import genai

        return genai.Client(
            vertexai=False,
            api_key=self._options.api_key.strip(),
            http_options=genai.types.HttpOptions(
                base_url=self._options.base_url or BASE_URL,
                api_version="v1beta",
                timeout=round(self._options.timeout * 1000),
                # The key travels in a header of every request; it must not follow a redirect.
                client_args={"follow_redirects": False},
            ),
        )


def _part(part: Any) -> Any:
    from google.genai import types

    return types.Part.from_text(text=part) if isinstance(part, str) else part


def _text(response: Any) -> str:
    feedback = response.prompt_feedback
    if feedback is not None and feedback.block_reason is not None:
        raise Rejected(f"Gemini declined the request ({feedback.block_reason.value}).")
    if not response.candidates:
        raise Rejected("Gemini gave no answer.")
    candidate = response.candidates[0]
    reason = candidate.finish_reason.value if candidate.finish_reason else "STOP"
    if reason == "MAX_TOKENS":
        raise Rejected("Gemini's answer was longer than it may be.")
    if reason != "STOP":
        raise Rejected(f"Gemini declined to answer ({reason}).")
    parts = (candidate.content and candidate.content.parts) or []
    return "".join(part.text for part in parts if part.text and not part.thought)


def _refusal(error: Any, secrets: tuple[str, ...]) -> ProviderError:
    words = str(error.message or "")
    if error.code < 400:
        return Misconfigured("Gemini's address redirects elsewhere; check GEMINI_BASE_URL.")
    if error.code == 404:
        return Misconfigured("Gemini does not know this model or file; check GEMINI_MODEL.")
    if any(detail.get("reason") == "API_KEY_INVALID" for detail in _details(error)):
        return Misconfigured("Gemini refused the credentials (400): the API key is not valid.")
    headers = dict(getattr(error.response, "headers", None) or {})
    for detail in _details(error):
        delay = str(detail.get("retryDelay", "")).removesuffix("s")
        if delay.replace(".", "", 1).isdigit():
            headers.setdefault("retry-after", str(round(float(delay) + 0.5)))
    return failure(VENDOR, error.code, headers, words, secrets=secrets, changes=False)


def _details(error: Any) -> list[dict[str, Any]]:
    """The `google.rpc` details of an error: RetryInfo, ErrorInfo..."""
    body = error.details if isinstance(error.details, dict) else {}
    nested = body.get("error", body)
    details = nested.get("details") if isinstance(nested, dict) else None
    return [detail for detail in details or [] if isinstance(detail, dict)]
