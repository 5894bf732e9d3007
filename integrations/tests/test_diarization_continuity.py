"""Labels of a live stream stay with their voices, however the clusters behind them are numbered."""

from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.contracts.diarization import Turn
from integrations.providers.diarization.continuity import Labels
from integrations.providers.diarization.stitching import Run

LENGTH = 24
"""Seconds of the longest answer; who speaks is drawn for each second."""

answers = st.lists(st.lists(st.sampled_from([None, 0, 1, 2, 3]), max_size=LENGTH), min_size=1, max_size=6)
"""Answer by answer, the cluster that speaks in each second, if any."""


def runs(seconds: list[int | None]) -> list[Run]:
    found: list[Run] = []
    for second, cluster in enumerate(seconds):
        if cluster is None:
            continue
        if found and found[-1][1:] == (float(second), cluster):
            found[-1] = (found[-1][0], second + 1.0, cluster)
        else:
            found.append((float(second), second + 1.0, cluster))
    return found


def said(turns: tuple[Turn, ...]) -> dict[str, set[int]]:
    """The seconds of each label."""
    found: dict[str, set[int]] = {}
    for turn in turns:
        found.setdefault(turn.speaker, set()).update(range(int(turn.start), int(turn.end)))
    return found


def named(answers: list[list[int | None]]) -> Iterator[dict[str, set[int]]]:
    labels = Labels()
    return (said(labels.name(runs(seconds))) for seconds in answers)


def one_voice(before: set[int], now: set[int]) -> bool:
    return 2 * len(before & now) > min(len(before), len(now))


@settings(max_examples=150, deadline=None)
@given(answers=answers, numbering=st.lists(st.permutations(range(4)), min_size=6, max_size=6))
def test_how_clusters_are_numbered_changes_no_label(answers, numbering):
    renumbered = [
        [None if cluster is None else numbers[cluster] for cluster in seconds]
        for seconds, numbers in zip(answers, numbering, strict=False)
    ]
    assert list(named(renumbered)) == list(named(answers))


@settings(max_examples=150, deadline=None)
@given(answers=answers)
def test_a_label_is_never_used_again_for_another_voice(answers):
    last: dict[str, set[int]] = {}
    for now in named(answers):
        assert [label for label in now if label in last and not one_voice(last[label], now[label])] == []
        new = [label for label in now if label not in last]
        assert new == [f"Speaker {len(last) + number}" for number in range(1, len(new) + 1)]
        last |= now


@settings(max_examples=150, deadline=None)
@given(answers=answers)
def test_each_cluster_has_one_label_and_keeps_its_time(answers):
    for seconds, now in zip(answers, named(answers), strict=True):
        clusters: dict[int, set[int]] = {}
        for second, cluster in enumerate(seconds):
            if cluster is not None:
                clusters.setdefault(cluster, set()).add(second)
        assert sorted(map(sorted, now.values())) == sorted(map(sorted, clusters.values()))


@settings(max_examples=100, deadline=None)
@given(seconds=st.lists(st.sampled_from([None, 0, 1, 2, 3]), max_size=LENGTH))
def test_the_same_answer_again_has_the_same_labels(seconds):
    first, second = named([seconds, seconds])
    assert first == second


def test_new_voices_get_the_next_numbers_in_order_of_first_appearance():
    labels = Labels()
    labels.name([(0.0, 5.0, 7), (5.0, 6.0, 3)])
    found = labels.name([(0.0, 5.0, 1), (5.0, 6.0, 2), (6.0, 7.0, 9), (7.0, 8.0, 0)])
    assert [turn.speaker for turn in found] == ["Speaker 1", "Speaker 2", "Speaker 3", "Speaker 4"]


def test_a_voice_that_is_cut_in_two_keeps_its_label_where_most_of_it_is():
    labels = Labels()
    labels.name([(0.0, 10.0, 0)])
    found = labels.name([(0.0, 4.0, 0), (4.0, 10.0, 1)])
    assert [turn.speaker for turn in found] == ["Speaker 2", "Speaker 1"]


def test_a_voice_parted_again_after_a_merger_gets_its_label_back():
    labels = Labels()
    labels.name([(0.0, 6.0, 0), (6.0, 10.0, 1)])
    assert {turn.speaker for turn in labels.name([(0.0, 10.0, 0)])} == {"Speaker 1"}
    found = labels.name([(0.0, 6.0, 0), (6.0, 10.0, 1), (10.0, 12.0, 2)])
    assert [turn.speaker for turn in found] == ["Speaker 1", "Speaker 2", "Speaker 3"]


def test_a_new_voice_is_not_called_like_one_that_was_merged():
    labels = Labels()
    labels.name([(0.0, 10.0, 0), (10.0, 20.0, 1)])
    found = labels.name([(0.0, 19.9, 0), (19.9, 30.0, 1)])
    assert [turn.speaker for turn in found] == ["Speaker 1", "Speaker 3"]


def test_voices_that_talk_at_once_are_told_apart():
    labels = Labels()
    labels.name([(0.0, 5.0, 0), (4.0, 9.0, 1)])
    found = labels.name([(0.0, 5.0, 1), (4.0, 9.0, 0)])
    assert found == (Turn(0.0, 5.0, "Speaker 1"), Turn(4.0, 9.0, "Speaker 2"))


def test_no_voice_is_remembered_for_ever():
    labels = Labels()
    for second in range(100):
        labels.name([(float(second), second + 1.0, 0)])
    found = labels.name([(0.0, 1.0, 0), (99.0, 100.0, 1)])
    assert [turn.speaker for turn in found] == ["Speaker 101", "Speaker 100"]
