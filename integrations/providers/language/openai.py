"""Language by any server that speaks OpenAI's chat completions: llama.cpp, vLLM, Ollama, OpenAI itself.

Opt-in by LLM_BASE_URL, so that a model of the operator's own can serve without a cloud.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from integrations.errors import Misconfigured, Rejected
from integrations.http import Http
from integrations.providers.language.prompted import PromptedLanguage
from integrations.providers.language.prompts import Request

FORMATS = ("json_schema", "json_object", "text")
VENDOR = "The language model's server"


@dataclass(frozen=True)
class OpenAiLanguageOptions:
    base_url: str = ""
    """Up to and with the version: `http://localhost:8080/v1`."""
    model: str = ""
    api_key: str = field(default="", repr=False)
    """Empty where the server wants none."""
    timeout: float = 600.0
    """Seconds; a model on a processor takes minutes."""
    budget: int = 24_000
    """Tokens of transcript in one call; the context of the model less 8,000."""
    response_format: str = "json_schema"
    """`json_schema` where the server enforces schemas, else `json_object` or `text`."""


class OpenAiLanguage(PromptedLanguage):
    """`engine` is the model's name. Where no schema is enforced it is written into the prompt."""

    Options = OpenAiLanguageOptions

    def __init__(self, options: OpenAiLanguageOptions):
        self._options = options
        self.engine = options.model or "openai-compatible"
        self.budget = options.budget
        key = options.api_key.strip()
        self._http = Http(
            options.base_url,
            VENDOR,
            headers={"Authorization": f"Bearer {key}"} if key else {},
            secrets=(key,),
            timeout=options.timeout,
        )

    def ask(self, request: Request) -> str:
        self.probe()
        messages = [
            {"role": "system", "content": request.system},
            {"role": "user", "content": self._prompt(request)},
        ]
        body = {"model": self._options.model, "messages": messages, **self._format(request)}
        return _content(self._http.request("POST", "chat/completions", json=body).json())

    def probe(self) -> None:
        """Raise Misconfigured without an address or a model."""
        if not self._options.base_url or not self._options.model:
            raise Misconfigured("A language model's server needs LLM_BASE_URL and LLM_MODEL.")
        if self._options.response_format not in FORMATS:
            raise Misconfigured(f"The response format is one of {', '.join(FORMATS)}.")

    def _prompt(self, request: Request) -> str:
        if self._options.response_format == "json_schema":
            return request.prompt
        return f"{request.prompt}\n\nThe schema of your answer:\n{_json(request.schema)}"

    def _format(self, request: Request) -> dict[str, Any]:
        kind = self._options.response_format
        if kind == "text":
            return {}
        if kind == "json_object":
            return {"response_format": {"type": kind}}
        schema = {"name": request.name, "strict": True, "schema": dict(request.schema)}
        return {"response_format": {"type": kind, "json_schema": schema}}


def _content(answer: Any) -> str:
    """The text of the first choice. Raises Rejected where there is none or it was cut off."""
    try:
        choice = answer["choices"][0]
        message = choice["message"]
        content = message.get("content")
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise Rejected(f"{VENDOR} answered in a form that was not understood.") from error
    if message.get("refusal"):
        raise Rejected(f"{VENDOR} declined to answer.")
    if choice.get("finish_reason") == "length":
        raise Rejected(f"{VENDOR} gave an answer that was longer than it may be.")
    if not isinstance(content, str):
        raise Rejected(f"{VENDOR} gave no answer.")
    return content


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
