"""Language by a server with OpenAI's chat completions, on localhost."""

import json
from typing import Any

import pytest

from integrations.errors import Misconfigured, Rejected, Unavailable
from integrations.providers.language import schemas
from integrations.providers.language.openai import OpenAiLanguage, OpenAiLanguageOptions
from integrations.tests.contracts.language import LanguageSuite, conversation
from integrations.tests.contracts.options import SECRET
from integrations.tests.model_answers import RECORDED
from integrations.tests.vendors.server import Asked, Reply, Vendor, as_json

CHAT = "/v1/chat/completions"


def completed(text: str | None, finish: str = "stop", **message: Any) -> Reply:
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": text, **message},
        "finish_reason": finish,
    }
    return as_json(
        {"id": "chatcmpl-1", "object": "chat.completion", "model": "local-7b", "choices": [choice]}
    )


def by_schema(asked: Asked) -> Reply:
    schema = asked.json()["response_format"]["json_schema"]["schema"]
    return completed(json.dumps(RECORDED[tuple(schema["required"])]))


def language(vendor: Vendor, **options: Any) -> OpenAiLanguage:
    values = {
        "base_url": vendor.url + "/v1",
        "model": "local-7b",
        "api_key": SECRET,
        "timeout": 5.0,
    } | options
    return OpenAiLanguage(OpenAiLanguageOptions(**values))


class TestOpenAiLanguage(LanguageSuite):
    @pytest.fixture
    def provider(self, vendor: Vendor) -> OpenAiLanguage:
        vendor.route("POST", CHAT, by_schema)
        return language(vendor)

    def test_the_request_carries_model_messages_and_schema(
        self, provider: OpenAiLanguage, vendor: Vendor
    ) -> None:
        provider.summarize(conversation())
        [asked] = vendor.asked
        assert (asked.path, asked.headers["authorization"]) == (CHAT, f"Bearer {SECRET}")
        body = asked.json()
        assert body["model"] == "local-7b"
        assert [message["role"] for message in body["messages"]] == ["system", "user"]
        assert body["response_format"] == {
            "type": "json_schema",
            "json_schema": {"name": "summary", "strict": True, "schema": schemas.SUMMARY},
        }


@pytest.mark.parametrize(("kind", "sent"), [("json_object", {"type": "json_object"}), ("text", None)])
def test_where_no_schema_is_enforced_the_prompt_holds_it(vendor: Vendor, kind: str, sent: Any) -> None:
    vendor.replies = [completed('Sure: {"text": "A meeting.", "bullets": []}')]
    assert language(vendor, response_format=kind).summarize(conversation()).text == "A meeting."
    body = vendor.asked[0].json()
    assert body.get("response_format") == sent
    assert body["messages"][1]["content"].endswith(json.dumps(schemas.SUMMARY))


def test_a_server_without_a_key_gets_no_credentials(vendor: Vendor) -> None:
    vendor.replies = [completed('{"text": "A meeting.", "bullets": []}')]
    language(vendor, api_key="").summarize(conversation())
    assert "authorization" not in vendor.asked[0].headers


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (completed("{", finish="length"), "longer than it may be"),
        (completed(None), "gave no answer"),
        (completed(None, refusal="No."), "declined"),
        (as_json({"choices": []}), "not understood"),
        (as_json(["?"]), "not understood"),
    ],
)
def test_an_answer_that_is_none_is_rejected(vendor: Vendor, reply: Reply, words: str) -> None:
    vendor.replies = [reply]
    with pytest.raises(Rejected, match=words):
        language(vendor).summarize(conversation())


def test_a_model_that_is_still_loading_is_unavailable(vendor: Vendor) -> None:
    vendor.replies = [as_json({"error": {"message": "Loading model"}}, status=503)]
    with pytest.raises(Unavailable):
        language(vendor).summarize(conversation())


@pytest.mark.parametrize("missing", [{"base_url": ""}, {"model": ""}, {"response_format": "xml"}])
def test_missing_options_are_told_offline(vendor: Vendor, missing: dict[str, str]) -> None:
    with pytest.raises(Misconfigured):
        language(vendor, **missing).probe()
