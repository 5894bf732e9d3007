"""The parts of the local diarizer that need no weights: features, windows, clustering, stitching."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster.hierarchy import fcluster, linkage

from integrations.contracts.audio import Clip
from integrations.providers.diarization import clustering, stitching, windows
from integrations.providers.diarization.features import fbank
from integrations.providers.diarization.windows import FRAME_STEP, FRAMES, Observations


def voices(count: int, each: int, spread: float = 0.03, size: int = 32) -> np.ndarray:
    """`each` noisy unit vectors around each of `count` directions, one voice after the other."""
    random = np.random.default_rng(7)
    centres = np.repeat(np.eye(size)[:count], each, axis=0)
    noisy = centres + random.normal(0, spread, centres.shape)
    return noisy / np.linalg.norm(noisy, axis=1, keepdims=True)


def observed(*activity: tuple[float, list[tuple[int, float, float]]], voice: dict[int, int]) -> Observations:
    """Windows as (start, [(local speaker, from, to)]); `voice` gives each local speaker its direction."""
    masks = np.zeros((len(activity), FRAMES, windows.LOCAL_SPEAKERS), bool)
    embeddings = np.full((len(activity), windows.LOCAL_SPEAKERS, 4), np.nan, np.float32)
    for index, (_, stretches) in enumerate(activity):
        for local, begin, end in stretches:
            masks[index, round(begin / FRAME_STEP) : round(end / FRAME_STEP), local] = True
            embeddings[index, local] = np.eye(4)[voice[local]]
    return Observations(np.array([start for start, _ in activity]), masks, embeddings)


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


def test_the_wanted_number_of_clusters_overrules_the_threshold():
    assert len(clustering.cluster(voices(3, 20), 0.6, wanted=2)) == 2
    assert len(clustering.cluster(voices(1, 3), 0.6, wanted=5)) == 3


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


def test_two_local_speakers_of_a_window_are_two_people():
    heard = observed((0.0, [(0, 0, 4), (1, 4, 8)]), voice={0: 0, 1: 0})
    labels = stitching.assign(heard, np.eye(4)[:2])
    assert sorted(labels[0, :2].tolist()) == [0, 1]
    assert labels[0, 2] == stitching.NOBODY


def test_overlapping_windows_agree_on_turns_whatever_their_local_order():
    heard = observed((0.0, [(0, 1, 6), (1, 7, 10)]), (5.0, [(0, 0, 1), (1, 2, 6)]), voice={0: 0, 1: 1})
    labels = stitching.assign(heard, np.eye(4)[:2])
    runs = stitching.runs(stitching.speech(heard, labels, 12.0), 12.0, 0.3, 0.1)
    assert [(round(start, 1), round(end, 1), who) for start, end, who in runs] == [(1, 6, 0), (7, 11, 1)]


def test_overlapped_speech_gives_overlapping_turns():
    heard = observed((0.0, [(0, 1, 6), (1, 5, 9)]), voice={0: 0, 1: 1})
    runs = stitching.runs(stitching.speech(heard, np.array([[0, 1, -1]]), 10.0), 10.0, 0.3, 0.1)
    assert [(round(start, 1), round(end, 1), who) for start, end, who in runs] == [(1, 6, 0), (5, 9, 1)]


def test_short_pauses_are_closed_and_blips_dropped():
    speaking = np.zeros((600, 2), bool)
    speaking[0:100, 0] = speaking[110:200, 0] = speaking[300:400, 0] = speaking[500:503, 1] = True
    runs = stitching.runs(speaking, 600 * FRAME_STEP, longest_gap=0.3, shortest=0.1)
    assert runs == [(0.0, 200 * FRAME_STEP, 0), (300 * FRAME_STEP, 400 * FRAME_STEP, 0)]


def test_turns_end_with_the_recording():
    assert stitching.runs(np.ones((60, 1), bool), 1.0, 0.3, 0.1) == [(0.0, 1.0, 0)]


def test_who_hardly_speaks_is_taken_for_the_nearest_voice():
    speaking = np.zeros((1000, 3), bool)
    speaking[:400, 0] = speaking[400:800, 1] = speaking[800:820, 2] = True
    centroids = np.array([[1.0, 0.0], [0.0, 1.0], [0.6, 0.8]])
    labels = np.array([[0, 1, 2], [2, stitching.NOBODY, stitching.NOBODY]])
    absorbed = stitching.absorb(labels, speaking, centroids, shortest=1.0)
    assert absorbed.tolist() == [[0, 1, 1], [1, -1, -1]]


def test_the_only_voice_stays_however_little_it_says():
    speaking = np.zeros((100, 2), bool)
    speaking[:20, 1] = speaking[30:35, 0] = True
    assert stitching.absorb(np.array([[0, 1]]), speaking, np.eye(2), shortest=1.0).tolist() == [[1, 1]]


class ListeningNetworks:
    """Stands for the networks: remembers how much sound it was given."""

    def __init__(self):
        self.lengths = []

    def segment(self, samples):
        self.lengths.append(len(samples))
        activity = np.zeros((FRAMES, 3), bool)
        activity[:, 1] = True
        return activity

    def embed(self, features, masks):
        return np.full((len(masks), windows.EMBEDDING_SIZE), 2.0, np.float32)


def test_windows_are_read_one_at_a_time_and_progress_is_told_after_each():
    networks, shares = ListeningNetworks(), []
    heard = windows.observe(Clip(bytes(2 * 16_000 * 14)), networks, 2.0, shares.append)
    assert networks.lengths == [160_000] * 3
    assert shares == [pytest.approx(1 / 3), pytest.approx(2 / 3), 1.0]
    assert heard.heard.tolist() == [[False, True, False]] * 3
    assert np.linalg.norm(heard.embeddings[0, 1]) == pytest.approx(1.0)


def test_what_progress_raises_ends_the_work():
    def cancel(share):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        windows.observe(Clip(bytes(2 * 16_000 * 30)), ListeningNetworks(), 2.5, cancel)
