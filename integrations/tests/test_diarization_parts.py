"""The parts of the local diarizer that need no weights: features, windows, clustering, stitching."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster.hierarchy import fcluster, linkage

from integrations.contracts.audio import Clip
from integrations.providers.diarization import clustering, labelling, pieces, stitching, windows
from integrations.providers.diarization.features import fbank
from integrations.providers.diarization.plda import Plda
from integrations.providers.diarization.voices import shaping_rows
from integrations.providers.diarization.windows import FRAME_STEP, FRAMES, Activity


def voices(count: int, each: int, spread: float = 0.03, size: int = 32) -> np.ndarray:
    """`each` noisy unit vectors around each of `count` directions, one voice after the other."""
    random = np.random.default_rng(7)
    centres = np.repeat(np.eye(size)[:count], each, axis=0)
    noisy = centres + random.normal(0, spread, centres.shape)
    return noisy / np.linalg.norm(noisy, axis=1, keepdims=True)


def heard(*windows_: tuple[float, list[tuple[int, float, float]]]) -> Activity:
    """Windows as (start, [(local speaker, from, to)]) in seconds."""
    talking = np.zeros((len(windows_), FRAMES, windows.LOCAL_SPEAKERS), bool)
    for index, (_, stretches) in enumerate(windows_):
        for local, begin, end in stretches:
            talking[index, round(begin / FRAME_STEP) : round(end / FRAME_STEP), local] = True
    return Activity(np.array([start for start, _ in windows_]), talking)


def rounded(runs: list[stitching.Run]) -> list[stitching.Run]:
    return [(round(start, 1), round(end, 1), cluster) for start, end, cluster in runs]


def test_filter_banks_have_a_frame_each_10_ms_and_no_mean():
    energies = fbank(np.random.default_rng(1).normal(0, 0.1, 16_000).astype(np.float32))
    assert energies.shape == (98, 80)
    assert np.abs(energies.mean(axis=0)).max() < 1e-4


def test_a_tone_lights_up_the_band_that_holds_it():
    time = np.arange(8_000) / 16_000
    tone = fbank(np.concatenate([np.sin(2 * np.pi * 1000 * time), 0.001 * np.sin(time)]).astype(np.float32))
    assert tone[10].argmax() == 27  # mel(1000 Hz) = 1000 on a scale of 32 to 2840 in 81 parts


def test_less_than_a_frame_of_sound_is_padded():
    assert fbank(np.zeros(10, np.float32)).shape == (1, 80)


@pytest.mark.parametrize(
    ("duration", "starts"),
    [(0.0, [0.0]), (10.0, [0.0]), (10.05, [0.0]), (10.2, [0.0, 2.5]), (15.0, [0.0, 2.5, 5.0])],
)
def test_windows_cover_the_recording(duration, starts):
    assert windows.window_starts(duration, 2.5).tolist() == starts


def test_voices_far_apart_become_a_cluster_each():
    assert sorted(clustering.cluster(voices(3, 20), 0.6).counts.tolist()) == [20, 20, 20]


def test_the_number_of_clusters_can_be_fixed():
    assert len(clustering.cluster_into(voices(3, 20), 2)) == 2
    assert len(clustering.cluster_into(voices(1, 3), 5)) == 3


def test_clusters_are_reduced_by_joining_the_nearest():
    found = clustering.cluster(np.array([[1.0, 0.0], [0.8, 0.6], [0.0, -1.0]]), 0.1)
    assert sorted(clustering.reduce(found, 2).counts.tolist()) == [1, 2]


def test_no_vectors_give_no_clusters():
    assert len(clustering.cluster(np.zeros((0, 4)), 0.6)) == 0


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1000), rows=st.integers(2, 60), threshold=st.floats(0.3, 1.0))
def test_merging_is_average_linkage_on_cosine_distance(seed, rows, threshold):
    vectors = np.random.default_rng(seed).normal(size=(rows, 6))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    expected = fcluster(linkage(vectors, "average", "cosine"), threshold, "distance")
    found = clustering.cluster(vectors, threshold)
    assert sorted(found.counts.tolist()) == sorted(np.bincount(expected)[1:].tolist())


def test_thousands_of_embeddings_are_folded_in_without_losing_one():
    found = clustering.cluster(voices(6, 500), 0.6)
    assert sorted(found.counts.tolist()) == [500] * 6


def test_runs_are_cut_into_equal_pieces():
    found = pieces.cut(heard((0.0, [(1, 1.0, 4.0), (2, 5.0, 5.5)])))
    assert found.locals.tolist() == [1, 1, 2]
    assert found.begins.tolist() == [59, 148, 296]
    assert found.ends.tolist() == [148, 237, 326]
    assert found.alone.tolist() == [pytest.approx(1.5, abs=0.01)] * 2 + [pytest.approx(0.5, abs=0.01)]


def test_overlapped_speech_is_not_alone():
    found = pieces.cut(heard((0.0, [(0, 1.0, 2.0), (1, 1.5, 2.5)])))
    assert found.alone.tolist() == [pytest.approx(0.5, abs=0.02)] * 2


def test_overlapping_windows_agree_on_turns_whatever_their_local_order():
    activity = heard((0.0, [(0, 1, 2.5), (1, 7, 8.5)]), (5.0, [(0, 2, 3.5)]))
    speaking = stitching.speech(activity, pieces.cut(activity), np.eye(2, dtype=np.float32)[[0, 1, 1]], 12.0)
    assert rounded(stitching.joined(speaking, 12.0, 0.3, 0.1)) == [(1, 2.5, 0), (7, 8.5, 1)]


def test_what_only_a_minority_of_windows_hears_is_silence():
    activity = heard((0.0, [(0, 6, 7)]), (2.0, []), (4.0, []))
    speaking = stitching.speech(activity, pieces.cut(activity), np.ones((1, 1), np.float32), 14.0)
    assert stitching.joined(speaking, 14.0, 0.3, 0.1) == []


def test_overlapped_speech_gives_overlapping_turns():
    activity = heard((0.0, [(0, 1, 2.5), (1, 2, 3)]))
    speaking = stitching.speech(activity, pieces.cut(activity), np.eye(2, dtype=np.float32), 10.0)
    assert rounded(stitching.joined(speaking, 10.0, 0.3, 0.1)) == [(1, 2.5, 0), (2, 3, 1)]


def test_blips_are_dropped_and_short_pauses_closed():
    speaking = np.zeros((600, 2), bool)
    speaking[0:100, 0] = speaking[110:200, 0] = speaking[300:400, 0] = True
    speaking[285:288, 0] = speaking[500:503, 1] = True
    found = stitching.joined(speaking, 600 * FRAME_STEP, longest_gap=0.3, shortest=0.1)
    assert found == [(0.0, 200 * FRAME_STEP, 0), (300 * FRAME_STEP, 400 * FRAME_STEP, 0)]


def test_turns_end_with_the_recording():
    assert stitching.joined(np.ones((60, 1), bool), 1.0, 0.3, 0.1) == [(0.0, 1.0, 0)]


def test_who_hardly_speaks_is_not_audible():
    speaking = np.zeros((1000, 3), bool)
    speaking[:400, 0] = speaking[400:800, 1] = speaking[800:820, 2] = True
    assert stitching.audible(speaking, shortest=1.0).tolist() == [0, 1]


def test_the_only_voice_stays_however_little_it_says():
    speaking = np.zeros((100, 2), bool)
    speaking[:20, 1] = speaking[30:35, 0] = True
    assert stitching.audible(speaking, shortest=1.0).tolist() == [1]


def test_a_piece_belongs_to_the_voice_it_sounds_like():
    cut = pieces.cut(heard((0.0, [(0, 1, 2)]), (2.5, [(0, 1, 2)])))
    found = labelling.belonging(cut, np.eye(2, dtype=np.float32), np.eye(2))
    assert found.sum(axis=1) == pytest.approx([1, 1])
    assert found.argmax(axis=1).tolist() == [0, 1]


def test_a_piece_that_sounds_like_nobody_is_not_the_other_local_speaker():
    cut = pieces.cut(heard((0.0, [(0, 1, 2.5), (1, 3, 3.2)])))
    vectors = np.array([[1, 0, 0], [0, 0, 1]], np.float32)
    found = labelling.belonging(cut, vectors, np.array([[1.0, 0.0, 0.02], [0.0, 1.0, 0.0]]))
    assert found.argmax(axis=1).tolist() == [0, 1]


def test_clear_pieces_shape_the_clusters_and_all_where_none_is_clear():
    assert shaping_rows(np.array([0.1, 0.9, 0.5, 1.6])).tolist() == [1, 3]
    assert shaping_rows(np.array([0.1, 0.5])).tolist() == [0, 1]


def test_long_recordings_are_shaped_by_a_bounded_number_of_pieces():
    rows = shaping_rows(np.ones(30_000))
    assert len(rows) == 10_000
    assert rows[[0, 1, -1]].tolist() == [0, 3, 29_997]


def flat(size: int = 8) -> Plda:
    """An analysis that leaves embeddings as they are and trusts all directions alike."""
    nothing = np.zeros(size)
    return Plda(nothing, np.eye(size), nothing, nothing, np.eye(size), np.full(size, 2.0))


def test_refinement_gives_up_clusters_that_need_not_exist():
    vectors = voices(2, 30, size=8)
    split = np.repeat([0, 1, 2], [25, 5, 30])
    belongs = flat().refine(flat().project(vectors), split, evidence=0.4, restraint=0.8)
    assert belongs.shape == (60, 2)
    assert belongs.argmax(axis=1).tolist() == [belongs[0].argmax()] * 30 + [belongs[30].argmax()] * 30
    assert belongs[0].argmax() != belongs[30].argmax()


def test_a_single_cluster_stays():
    belongs = flat().refine(voices(1, 5, size=8), np.zeros(5, int), evidence=0.1, restraint=0.8)
    assert belongs.tolist() == [[1.0]] * 5


class ListeningNetworks:
    """Stands for the networks: hears speech everywhere and remembers how much it was given."""

    def __init__(self):
        self.segmented: list[int] = []
        self.embedded: list[tuple[int, float]] = []

    def segment(self, samples):
        self.segmented.append(len(samples))
        talking = np.zeros((FRAMES, windows.LOCAL_SPEAKERS), bool)
        talking[:, 1] = True
        return talking

    def embed(self, features, masks):
        self.embedded.append((len(features), masks.sum(axis=1).min() / 100))
        return np.full((len(masks), pieces.EMBEDDING_SIZE), 2.0, np.float32)


def test_windows_are_read_one_at_a_time_and_progress_is_told_after_each():
    networks, shares = ListeningNetworks(), []
    activity = windows.listen(Clip(bytes(2 * 16_000 * 14)), networks, 2.0, shares.append)
    assert networks.segmented == [160_000] * 3
    assert shares == [pytest.approx(1 / 3), pytest.approx(2 / 3), 1.0]
    assert activity.starts.tolist() == [0.0, 2.0, 4.0]


def test_a_passage_is_embedded_once_for_all_its_pieces():
    networks, shares, audio = ListeningNetworks(), [], Clip(bytes(2 * 16_000 * 20))
    activity = windows.listen(audio, networks, 2.5, lambda share: None)
    cut = pieces.cut(activity)
    vectors = pieces.embed(audio, networks, activity, cut, shares.append)
    assert [frames for frames, _ in networks.embedded] == [998] * 3
    assert min(seconds for _, seconds in networks.embedded) > 1.3
    assert shares == [pytest.approx(1 / 3), pytest.approx(2 / 3), 1.0]
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(cut)))


def test_what_progress_raises_ends_the_work():
    def cancel(share):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        windows.listen(Clip(bytes(2 * 16_000 * 30)), ListeningNetworks(), 2.5, cancel)
