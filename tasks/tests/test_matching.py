"""What a re-run finds again, whatever the order and the wording."""

from hypothesis import given
from hypothesis import strategies as st

from tasks.services.matching import Item, match

WORDS = ("runbook", "customer", "import", "export", "release", "screens", "update", "call", "test", "write")
TITLES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
TIMES = st.one_of(st.none(), st.floats(0, 3600, allow_nan=False))


@st.composite
def items(draw) -> Item:
    start = draw(TIMES)
    return Item(draw(TITLES), start, None if start is None else start + draw(st.floats(0, 60)))


LISTS = st.lists(items(), max_size=6)


@given(LISTS, LISTS)
def test_each_item_is_matched_at_most_once(found, known):
    pairs = match(found, known)
    assert set(pairs) <= set(range(len(found)))
    assert set(pairs.values()) <= set(range(len(known)))
    assert len(set(pairs.values())) == len(pairs)


@given(LISTS, st.randoms(use_true_random=False))
def test_the_same_findings_in_any_order_add_nothing(known, random):
    found = random.sample(known, len(known))
    assert len(match(found, known)) == len(known)


@given(LISTS, LISTS, items())
def test_one_more_finding_matches_no_fewer(found, known, more):
    assert len(match([*found, more], known)) >= len(match(found, known))


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5), st.floats(0, 3600), st.floats(11, 3600))
def test_another_thing_at_another_time_is_another_task(words, start, apart):
    new = Item("Water the plants", start, start + 5)
    old = Item(" ".join(words), start + 5 + apart, start + 10 + apart)
    assert match([new], [old]) == {}


def test_reworded_at_the_same_time_is_the_same_and_the_closest_wins():
    known = [Item("Update the runbook", 10, 15), Item("Update the runbook for the import", 12, 18)]
    found = [Item("Daniel updates the runbook for the import", 11, 17)]
    assert match(found, known) == {0: 1}


def test_what_is_found_unchanged_is_matched_to_itself_and_not_to_a_title_that_contains_it():
    titles = ("Runbook", "Runbook import", "Runbook customer")
    short, long, other = (Item(title, None, None) for title in titles)
    assert match([short, long, other], [other, long, short]) == {0: 2, 1: 1, 2: 0}


def test_half_of_the_words_are_enough_at_the_same_time_only():
    new = Item("Call customer", 10, 12)
    assert match([new], [Item("Call Maya", 14, 20)]) == {0: 0}
    assert match([new], [Item("Call Maya", 30, 40)]) == {}
    assert match([new], [Item("Call the customer", 300, 310)]) == {0: 0}


def test_titles_of_empty_words_must_be_the_same():
    assert match([Item("Do it", None, None)], [Item("do it", None, None)]) == {0: 0}
    assert match([Item("By the", 1, 2)], [Item("To be", 1, 2)]) == {}
