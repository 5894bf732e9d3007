"""Words with the right speaker, counted by hand."""

import pytest

from benchmarks.attribution_accuracy import accuracy


@pytest.mark.parametrize(
    ("heard", "right", "compared"),
    [
        ([("yes", "S1"), ("we", "S1"), ("can", "S1"), ("good", "S2")], 4, 4),
        ([("yes", "S1"), ("we", "S1"), ("can", "S2"), ("good", "S2")], 3, 4),
        ([("yes", "S1"), ("he", "S1"), ("can", "S1"), ("good", "S2")], 4, 4),
        ([("yes", "S1"), ("can", "S1"), ("good", "S2")], 3, 3),
        ([("yes", "S1"), ("we", "S1"), ("can", "S1"), ("good", "S1")], 3, 4),
    ],
)
def test_labels_are_mapped_to_names_and_words_to_their_places(heard, right, compared):
    said = [("yes", "Maya"), ("we", "Maya"), ("can", "Maya"), ("good", "Daniel")]
    assert accuracy(said, heard) == (right, compared)
