"""Downmix, limiter and mix: nothing cancels, nothing clips, nothing is lost."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.media.downmix import Downmix
from audio.media.limiter import limited
from audio.media.mix import BLOCK, Lane, mixed
from audio.tests.media.recordings import level, tone

RATE = 16_000


def down(sound: np.ndarray) -> np.ndarray:
    """All of `sound` through one Downmix, a quarter of a second at a time."""
    downmix = Downmix()
    pieces = [sound[:, k : k + RATE // 4] for k in range(0, sound.shape[1], RATE // 4)]
    return np.concatenate([downmix(piece, RATE) for piece in pieces])


def test_equal_channels_pass_as_they_are():
    sound = tone(1.0, rate=RATE)
    assert down(np.vstack([sound, sound])) == pytest.approx(sound[0], abs=1e-6)


def test_a_silent_channel_does_not_halve_the_other():
    sound = tone(1.0, rate=RATE)
    assert down(np.vstack([np.zeros_like(sound), sound])) == pytest.approx(sound[0], abs=1e-6)


def test_two_speakers_on_two_channels_keep_their_balance_from_turn_to_turn():
    one, other = tone(8.0, rate=RATE, hertz=300), tone(8.0, rate=RATE, hertz=900)
    turns = (np.arange(8 * RATE) // RATE % 2).astype(np.float32)
    mono = down(np.vstack([one * turns, other * (1 - turns)]))
    levels = [level(mono[k * RATE : (k + 1) * RATE]) for k in range(2, 8)]
    assert levels == pytest.approx([0.5 / np.sqrt(2) / 2] * 6, rel=0.02)


def test_inverted_halves_are_found_in_the_middle_too():
    sound = tone(4.0, rate=RATE)
    other = sound * np.where(np.arange(4 * RATE) < 2 * RATE, 1, -1).astype(np.float32)
    mono = down(np.vstack([sound, other]))
    assert level(mono[:RATE]) == pytest.approx(0.5 / np.sqrt(2), rel=0.01)
    assert level(down(np.vstack([sound, -sound]))) == pytest.approx(0.5 / np.sqrt(2), rel=0.01)


def test_a_number_of_channels_that_changes_starts_anew():
    downmix, sound = Downmix(), tone(0.25, rate=RATE)
    downmix(np.vstack([sound, -sound]), RATE)
    assert downmix(np.vstack([sound] * 6), RATE) == pytest.approx(sound[0], abs=1e-6)


@given(
    st.lists(st.integers(1, 3000), min_size=1, max_size=8),
    st.lists(st.floats(0.1, 8.0), min_size=1, max_size=8),
    st.integers(0, 2**32 - 1),
)
def test_the_limiter_keeps_every_sample_and_none_exceeds_full_scale(lengths, gains, seed):
    rng = np.random.default_rng(seed)
    blocks = [
        (rng.uniform(-1, 1, n) * gains[k % len(gains)]).astype(np.float32) for k, n in enumerate(lengths)
    ]
    result = np.concatenate(list(limited(iter(blocks))))
    given_ = np.concatenate(blocks)
    assert len(result) == len(given_)
    assert np.abs(result).max() <= 1.0
    assert (np.abs(result) <= np.abs(given_) + 1e-6).all()
    assert (np.sign(result) == np.sign(given_)).all()
    if np.abs(given_).max() <= 1.0:
        assert (result == given_).all()


def test_the_limiter_recovers_after_a_shout():
    sound = tone(4.0, rate=RATE)[0]
    sound[RATE : RATE + 1600] *= 8
    result = np.concatenate(list(limited([sound])))
    assert (result[: RATE // 2] == sound[: RATE // 2]).all()
    assert (result[3 * RATE :] == sound[3 * RATE :]).all()
    assert np.abs(result[RATE : RATE + 1600]).max() == pytest.approx(1.0, abs=0.01)


@given(
    st.lists(st.tuples(st.integers(0, 2 * BLOCK), st.lists(st.integers(1, BLOCK), max_size=3)), max_size=3)
)
def test_lanes_add_up_at_their_places(plans):
    lanes = [
        Lane(iter([np.full(n, 2.0**k, np.float32) for n in sizes]), start)
        for k, (start, sizes) in enumerate(plans)
    ]
    blocks = list(mixed(lanes))
    assert all(len(block) <= BLOCK for block in blocks)
    result = np.concatenate([np.zeros(0, np.float32), *blocks])
    expected = np.zeros(max((start + sum(sizes) for start, sizes in plans), default=0), np.float32)
    for k, (start, sizes) in enumerate(plans):
        expected[start : start + sum(sizes)] += 2.0**k
    assert (result == expected).all()


def test_a_lane_is_not_touched_before_its_time():
    def fuse():
        raise AssertionError("opened too early")
        yield

    lanes = [Lane(iter([np.ones(10, np.float32)]), 0), Lane(fuse(), 2 * BLOCK)]
    stream = mixed(lanes)
    assert next(stream)[:10].tolist() == [1.0] * 10
    assert not next(stream).any()
    with pytest.raises(AssertionError, match="too early"):
        next(stream)
