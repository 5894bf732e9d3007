"""How many are taken, and who is sent away."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from audio.errors import LiveFull
from audio.live import admission
from audio.live.admission import Places
from core.errors import Kind


def test_one_too_many_is_sent_away_until_a_place_is_free():
    places = Places(lambda: 2)
    first, _ = places.take(), places.take()
    with pytest.raises(LiveFull) as refused:
        places.take()
    assert (refused.value.kind, refused.value.code) == (Kind.UNAVAILABLE, "LIVE_FULL")
    assert "try again later" in refused.value.message
    first.free()
    assert places.take() is not first
    assert places.taken == 2


def test_a_place_is_freed_once():
    places = Places(lambda: 2)
    first, _ = places.take(), places.take()
    first.free()
    first.free()
    assert places.taken == 1


def test_a_block_frees_its_place_whatever_happens():
    places = Places(lambda: 1)
    with pytest.raises(RuntimeError), places.take():
        raise RuntimeError
    assert places.taken == 0


def test_of_many_at_the_same_instant_as_many_as_fit_are_taken():
    places, gate = Places(lambda: 3), threading.Barrier(12)

    def come(_: int) -> bool:
        gate.wait(10)
        try:
            return bool(places.take())
        except LiveFull:
            return False

    with ThreadPoolExecutor(12) as pool:
        assert sum(pool.map(come, range(12))) == 3


@pytest.mark.parametrize(("streams", "threads", "most"), [(0, 3, 3), (7, 3, 7)])
def test_unless_a_figure_is_set_each_core_hears_one(settings, streams, threads, most):
    settings.LIVE_STREAMS, settings.CPU_THREADS = streams, threads
    assert admission.transcriptions.most == most


def test_who_has_a_thread_of_his_own_waits_among_the_others():
    assert admission.infer(threading.current_thread).name.startswith("inference")
    with pytest.raises(ZeroDivisionError):
        admission.infer(lambda: 1 / 0)
