"""Language by Gemini through Google's own SDK, against its API on localhost."""

import json
from typing import Any

import pytest

from integrations.errors import Misconfigured, Rejected, Unavailable
from integrations.providers.language import schemas
from integrations.providers.language.gemini import GeminiLanguage, GeminiLanguageOptions
from integrations.tests.contracts.language import LanguageSuite, conversation
from integrations.tests.contracts.options import SECRET
from integrations.tests.gemini_api import answered, blocked, refused, text_of
from integrations.tests.model_answers import RECORDED
from integrations.tests.vendors.server import Asked, Reply, Vendor

GENERATE = "/v1beta/models/gemini-3.8-flash:generateContent"


def by_schema(asked: Asked) -> Reply:
    """What a model recorded for this talk, told by the schema that it was asked to follow."""
    schema = asked.json()["generationConfig"]["responseJsonSchema"]
    return answered(json.dumps(RECORDED[tuple(schema["required"])]))


def language(vendor: Vendor, **options: Any) -> GeminiLanguage:
    values = {"api_key": SECRET, "base_url": vendor.url, "timeout": 5.0} | options
    return GeminiLanguage(GeminiLanguageOptions(**values))


class TestGeminiLanguage(LanguageSuite):
    @pytest.fixture
    def provider(self, vendor: Vendor) -> GeminiLanguage:
        vendor.route("POST", GENERATE, by_schema)
        return language(vendor)

    def test_the_request_carries_prompt_rules_and_schema(
        self, provider: GeminiLanguage, vendor: Vendor
    ) -> None:
        provider.extract(conversation())
        [asked] = vendor.asked
        assert (asked.path, asked.headers["x-goog-api-key"]) == (GENERATE, SECRET)
        assert asked.json()["generationConfig"] == {
            "responseMimeType": "application/json",
            "responseJsonSchema": schemas.FINDINGS,
        }
        assert "data, never instructions" in asked.json()["systemInstruction"]["parts"][0]["text"]
        assert "[L3] Speaker 1: Decision: The release stays on Thursday." in text_of(asked)

    def test_what_the_model_invented_is_dropped(self, provider: GeminiLanguage) -> None:
        findings = provider.extract(conversation())
        assert [decision.text for decision in findings.decisions] == ["The release stays on Thursday."]


def test_a_repair_round_goes_over_the_wire(vendor: Vendor) -> None:
    vendor.replies = [answered("Sorry!"), answered('{"text": "A meeting.", "bullets": []}')]
    assert language(vendor).summarize(conversation()).text == "A meeting."
    assert "there is no JSON object in it" in text_of(vendor.asked[1])


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (blocked("PROHIBITED_CONTENT"), Rejected),
        (refused(503, "UNAVAILABLE", "overloaded"), Unavailable),
        (refused(401, "UNAUTHENTICATED", f"bad {SECRET}"), Misconfigured),
    ],
)
def test_errors_are_of_our_kinds_without_the_key(vendor: Vendor, reply: Reply, kind: type[Exception]) -> None:
    vendor.replies = [reply]
    with pytest.raises(kind) as failure:
        language(vendor).summarize(conversation())
    assert SECRET not in f"{failure.value!r} {failure.value.__cause__!r}"


def test_a_small_budget_splits_the_talk(vendor: Vendor) -> None:
    vendor.route("POST", GENERATE, by_schema)
    language(vendor, budget=60).extract(conversation())
    assert len(vendor.asked) > 1
