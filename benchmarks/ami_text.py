"""AMI meetings as conversations with gold summaries and findings, for the training script and two benchmarks.

Source: AMI Meeting Corpus, manual annotations 1.6.2 (Carletta et al. 2005), CC BY 4.0, as
`ami/{train,dev}.jsonl.gz` below BENCH_DATA: one meeting a line, its utterances are dialogue acts.
"""

import gzip
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from integrations.contracts.language import Conversation, Line, Person

KINDS = ("decisions", "actions", "problems")
STARTED_AT = datetime(2005, 1, 10, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class GoldItem:
    text: str
    lines: tuple[str, ...]
    """Ids of the lines that the annotators linked to it."""


@dataclass(frozen=True)
class Meeting:
    name: str
    conversation: Conversation
    abstract: tuple[str, ...]
    items: dict[str, tuple[GoldItem, ...]]
    """By kind, see KINDS."""
    extractive: frozenset[str]
    """Ids of the lines that belong to the summary."""
    has_links: bool


def meetings(split: str) -> Iterator[Meeting]:
    """The meetings of `train` or `dev`; FileNotFoundError when BENCH_DATA has no AMI text."""
    path = Path(os.environ["BENCH_DATA"]) / "ami" / f"{split}.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as rows:
        for row in rows:
            yield _meeting(json.loads(row))


def _meeting(row: dict) -> Meeting:
    lines = tuple(
        Line(id=u["id"], speaker=u["speaker"], start=u["start"], end=u["end"], text=u["text"])
        for u in row["utterances"]
    )
    speakers = sorted({line.speaker for line in lines})
    return Meeting(
        name=row["meeting"],
        conversation=Conversation(lines, STARTED_AT, tuple(Person(name) for name in speakers)),
        abstract=tuple(item["text"] for item in row["sections"]["abstract"]),
        items={kind: _items(row, kind) for kind in KINDS},
        extractive=frozenset(row["extractive"]),
        has_links=row["has_links"],
    )


def _items(row: dict, kind: str) -> tuple[GoldItem, ...]:
    return tuple(GoldItem(item["text"], tuple(item["links"])) for item in row["sections"].get(kind, []))
