"""Puts together what was read from the windows of a long conversation: once each, in order of time."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from integrations.contracts.language import ActionItem, Evidence, Finding, Findings, Identity

WORD = re.compile(r"\w+")
SAME_WORDS = 0.6
"""Share of common words above which two items say the same."""
SAME_WORDS_SAME_LINES = 0.5
"""The share that suffices where they also rest on the same lines."""
DOUBTFUL = 0.6
CLASH = 0.1
"""Two claims closer than that in confidence refute each other."""

Item = TypeVar("Item", Finding, ActionItem)


def merged(parts: Iterable[Findings]) -> Findings:
    """Findings of overlapping windows as those of one conversation."""
    parts = list(parts)
    return Findings(
        decisions=distinct(item for part in parts for item in part.decisions),
        action_items=distinct(item for part in parts for item in part.action_items),
        open_questions=distinct(item for part in parts for item in part.open_questions),
        key_points=distinct(item for part in parts for item in part.key_points),
    )


def distinct(items: Iterable[Item]) -> tuple[Item, ...]:
    """Each item once, the most telling of its doubles, in order of time."""
    kept: list[Item] = []
    for item in sorted(items, key=_telling, reverse=True):
        if not any(_same(item, other) for other in kept):
            kept.append(item)
    return tuple(sorted(kept, key=lambda item: (item.evidence.start, item.evidence.end)))


def settled(claims: Sequence[Identity]) -> tuple[Identity, ...]:
    """One name per label and one label per name; what is doubtful or contested is left out."""
    best: dict[tuple[str, str], Identity] = {}
    for claim in claims:
        key = (claim.label, claim.person.name)
        known = best.get(key)
        if known is None:
            best[key] = claim
        else:
            evidence = tuple(dict.fromkeys((*known.evidence, *claim.evidence)))
            best[key] = replace(known, confidence=max(known.confidence, claim.confidence), evidence=evidence)
    sure = [claim for claim in best.values() if claim.confidence >= DOUBTFUL]
    return tuple(claim for claim in sure if not any(_refutes(other, claim) for other in best.values()))


def _refutes(other: Identity, claim: Identity) -> bool:
    same_label = other.label == claim.label
    same_name = other.person == claim.person
    return same_label != same_name and other.confidence > claim.confidence - CLASH


def _same(one: Finding | ActionItem, other: Finding | ActionItem) -> bool:
    mine, theirs = _words(one), _words(other)
    union = mine | theirs
    share = len(mine & theirs) / len(union) if union else 1.0
    return share >= (SAME_WORDS_SAME_LINES if _overlap(one.evidence, other.evidence) else SAME_WORDS)


def _overlap(one: Evidence, other: Evidence) -> bool:
    return not set(one.line_ids).isdisjoint(other.line_ids)


def _words(item: Finding | ActionItem) -> set[str]:
    text = item.title if isinstance(item, ActionItem) else item.text
    return set(WORD.findall(text.casefold()))


def _telling(item: Finding | ActionItem) -> tuple[int, float, float]:
    known = 0
    if isinstance(item, ActionItem):
        known = (item.assignee is not None) + (item.due is not None)
    return known, item.evidence.confidence, -item.evidence.start
