"""The parts below prompted language: windows, quotes, doubles and claims about names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.contracts.language import Evidence, Finding, Identity, Line, Person
from integrations.providers.language import mapreduce
from integrations.providers.language.transcript import locate, numbered, tokens, windows


@given(st.lists(st.text(min_size=1, max_size=80), max_size=40), st.integers(20, 400))
def test_windows_cover_every_line_in_order_and_always_end(texts: list[str], budget: int) -> None:
    lines = numbered(Line(str(i), "A", i, i + 1, text) for i, text in enumerate(texts))
    parts = windows(lines, budget)
    assert list(dict.fromkeys(line for part in parts for line in part)) == list(lines)
    for part in parts:
        assert len(part) == 1 or sum(tokens(str(line)) + 1 for line in part) <= budget


@given(st.text(max_size=30), st.text(min_size=3, max_size=30), st.text(max_size=30))
def test_a_quote_is_found_wherever_it_stands(before: str, quote: str, after: str) -> None:
    text = f"{before} {quote} {after}"
    found = locate(quote, text)
    assert found is None or found in text
    if sum(char.isalnum() and char.isascii() for char in quote) >= 3:
        assert found is not None


@pytest.mark.parametrize(
    ("quote", "text", "found"),
    [
        ("I’ll do it", "Well, I'll do it.", "I'll do it"),
        ("cafe", "Le café ferme", "café"),
        ("STRASSE", "Die Straße ist zu", "Straße"),
        ("定了", "定了。", "定了"),
        ("ok", "No, ok.", None),
        ("write - the script", "write the script", "write the script"),
    ],
)
def test_quotes_match_across_spelling(quote: str, text: str, found: str | None) -> None:
    assert locate(quote, text) == found


def a_finding(text: str, line: str, confidence: float = 0.5) -> Finding:
    return Finding(text, Evidence((line,), "q", float(line), float(line) + 1, confidence))


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        (a_finding("The release stays on Thursday", "1"), a_finding("Release stays on Thursday", "9"), 1),
        (a_finding("Call Northwind", "1"), a_finding("Call the Northwind people", "1"), 1),
        (a_finding("Call Northwind", "1"), a_finding("Email Northwind", "1"), 2),
        (a_finding("The release stays", "1"), a_finding("The number moves", "2"), 2),
    ],
)
def test_doubles_are_told_by_words_and_lines(one: Finding, other: Finding, count: int) -> None:
    assert len(mapreduce.distinct([one, other])) == count


def test_of_doubles_the_surer_stays_and_order_is_of_time() -> None:
    late, early = a_finding("The number moves", "8"), a_finding("We ship on Friday", "2", 0.4)
    surer = a_finding("We ship on Friday.", "3", 0.9)
    assert mapreduce.distinct([late, early, surer]) == (surer, late)


NAMES = st.sampled_from(["Maya", "Daniel", "Sara"])
LABELS = st.sampled_from(["Speaker 1", "Speaker 2", "Speaker 3"])
CLAIMS = st.builds(
    lambda label, name, share: Identity(label, Person(name), share, ()), LABELS, NAMES, st.floats(0, 1)
)


@given(st.lists(CLAIMS, max_size=12))
def test_whatever_is_claimed_one_name_per_label_and_one_label_per_name(claims: list[Identity]) -> None:
    settled = mapreduce.settled(claims)
    assert len({identity.label for identity in settled}) == len(settled)
    assert len({identity.person.name for identity in settled}) == len(settled)
    assert all(identity.confidence >= mapreduce.DOUBTFUL for identity in settled)
