"""JSON schemas of dataclasses: types, names, what may be left out, and the words below the fields."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

import pytest

from core import schemas


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class Word:
    text: str
    start: float
    """Seconds."""


@dataclass(frozen=True)
class Utterance:
    word_count: int
    is_final: bool
    said_at: str
    speaker_id: str | None
    """Who it was,
    where that is known."""
    words: tuple[Word, ...]
    span: tuple[int, float]
    colour: Colour
    mode: Literal["live", "kept"]
    meta: dict
    scores: dict[str, float]
    speaker: Word | None
    meeting: UUID | None
    begun: datetime
    kind: str = field(default="stt", metadata={"name": "type", "schema": {"maxLength": 8}})
    """Of which kind."""


@dataclass(frozen=True)
class Longer(Word):
    end: float = 0.0
    """Seconds, too."""


WORD = {
    "type": "object",
    "properties": {"text": {"type": "string"}, "start": {"type": "number", "description": "Seconds."}},
    "required": ["text", "start"],
}


def test_every_field_becomes_a_property_of_its_type():
    assert schemas.of(Utterance)["properties"] == {
        "word_count": {"type": "integer"},
        "is_final": {"type": "boolean"},
        "said_at": {"type": "string", "format": "date-time"},
        "speaker_id": {
            "type": ["string", "null"],
            "format": "uuid",
            "description": "Who it was, where that is known.",
        },
        "words": {"type": "array", "items": WORD},
        "span": {
            "type": "array",
            "items": [{"type": "integer"}, {"type": "number"}],
            "minItems": 2,
            "maxItems": 2,
        },
        "colour": {"enum": ["red", "blue"]},
        "mode": {"enum": ["live", "kept"]},
        "meta": {"type": "object"},
        "scores": {"type": "object", "additionalProperties": {"type": "number"}},
        "speaker": {"anyOf": [WORD, {"type": "null"}]},
        "meeting": {"type": ["string", "null"], "format": "uuid"},
        "begun": {"type": "string", "format": "date-time"},
        "type": {"type": "string", "maxLength": 8, "description": "Of which kind."},
    }


def test_all_of_an_event_is_there_and_of_a_request_what_has_a_default_may_be_left_out():
    assert schemas.of_dataclass(Longer)["required"] == ["text", "start", "end"]
    asked = schemas.of_dataclass(Longer, optional=True)
    assert asked["required"] == ["text", "start"]
    assert asked["properties"]["end"] == {"type": "number", "description": "Seconds, too.", "default": 0.0}


def test_the_words_below_inherited_fields_are_found():
    assert schemas.field_docs(Longer) == {"start": "Seconds.", "end": "Seconds, too."}


def test_a_type_that_json_does_not_know_is_refused():
    @dataclass(frozen=True)
    class Odd:
        raw: bytes

    with pytest.raises(TypeError, match="bytes"):
        schemas.of(Odd)
