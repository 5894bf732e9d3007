"""Wordings of one thing, told from invented ones."""

from benchmarks.sample import Matched, matched


def test_other_words_for_the_same_thing_are_found_and_the_rest_is_invented():
    expected = ["The old invoices are migrated in batches during the week", "The release stays on Thursday"]
    found = ["We migrate the invoices in batches.", "The office moves.", "Release stays on Thursday."]
    assert matched(expected, found) == Matched(expected=2, right=2, invented=1)


def test_one_wording_serves_one_expectation():
    assert matched(["Fix the export", "Fix the export today"], ["Fix the export."]) == Matched(2, 1, 0)


def test_a_pair_that_is_alike_may_still_be_wrong():
    assert matched(["Update the runbook"], ["Update the runbook"], lambda *_: False) == Matched(1, 0, 0)


def test_nothing_found_is_nothing_invented():
    assert matched(["Update the runbook"], []) == Matched(1, 0, 0)
