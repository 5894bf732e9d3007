import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from audio.media import isolate
from audio.media.errors import NotAudio, TooLong, TooSlow, Unreadable
from audio.media.isolate import WHOLE, Limits, decode_in_child
from audio.media.terms import Source
from audio.tests.media.recordings import heard, record, samples_of, tone

ROOT = Path(__file__).parents[3]

linux = pytest.mark.skipif(
    sys.platform != "linux", reason="reads /proc; only Linux tells of a parent's death"
)


@pytest.fixture
def spoken(tmp_path):
    return record(tmp_path / "spoken.mp3", tone(3.0))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_child_decodes_what_the_parent_would(tmp_path, spoken):
    here, samples = heard(tmp_path, spoken)
    seen: list[float] = []
    there = decode_in_child([Source(spoken)], tmp_path / "there.wav", progress=seen.append)
    assert there == here
    assert (samples_of(tmp_path / "there.wav") == samples).all()
    assert seen == sorted(seen)
    assert names(tmp_path) == ["canonical.wav", "spoken.mp3", "there.wav"]


def test_what_is_wrong_with_the_file_arrives_as_the_same_error(tmp_path, spoken):
    (tmp_path / "text.mp3").write_text("not a song")
    with pytest.raises(NotAudio, match="Please use M4A, WAV, or MP3"):
        decode_in_child([Source(tmp_path / "text.mp3")], tmp_path / "out.wav")
    with pytest.raises(TooLong, match=r"longer than 0\.000277778 hours"):
        decode_in_child([Source(spoken)], tmp_path / "out.wav", max_duration=1.0)
    assert names(tmp_path) == ["spoken.mp3", "text.mp3"]


def test_what_is_wrong_with_the_machine_is_no_error_of_the_file(tmp_path, spoken):
    with pytest.raises(FileNotFoundError):
        decode_in_child([Source(tmp_path / "gone.mp3")], tmp_path / "out.wav")
    with pytest.raises(OSError, match="File too large"):
        decode_in_child([Source(spoken)], tmp_path / "out.wav", limits=Limits(60.0, 60, 1 << 30, 1000))
    assert names(tmp_path) == ["spoken.mp3"]


@pytest.mark.parametrize(
    ("limits", "how"),
    [
        (Limits(wall=0.05, cpu=60, memory=1 << 30, file_size=1 << 30), "exceeded its wall time"),
        (
            Limits(wall=60.0, cpu=0, memory=1 << 30, file_size=1 << 30),
            f"ended with status -{signal.SIGXCPU:d}",
        ),
    ],
)
def test_a_child_beyond_its_time_is_ended(tmp_path, spoken, limits, how):
    with pytest.raises(TooSlow, match="far more time or memory") as caught:
        decode_in_child([Source(spoken)], tmp_path / "out.wav", limits=limits)
    assert how in str(caught.value.__cause__)
    assert names(tmp_path) == ["spoken.mp3"]


def test_a_child_beyond_its_memory_is_ended(tmp_path, spoken):
    little = Limits(wall=60.0, cpu=60, memory=40 << 20, file_size=1 << 30)
    with pytest.raises((TooSlow, Unreadable)):
        decode_in_child([Source(spoken)], tmp_path / "out.wav", limits=little)
    assert names(tmp_path) == ["spoken.mp3"]


def test_a_child_that_crashes_costs_only_itself(tmp_path, spoken, monkeypatch):
    crash = tmp_path / "audio" / "media"
    crash.mkdir(parents=True)
    (crash / "__main__.py").write_text("import ctypes; ctypes.string_at(0)")
    monkeypatch.setattr(isolate, "_ROOT", str(tmp_path))
    with pytest.raises(Unreadable) as caught:
        isolate.run("header", {"path": str(spoken)}, limits=WHOLE)
    assert f"ended with status -{signal.SIGSEGV:d}" in str(caught.value.__cause__)


@linux
@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGKILL])
def test_a_child_that_is_stopped_from_outside_says_nothing_about_the_file(tmp_path, by):
    _write_hours(tmp_path / "hours.wav", 3)
    others = _children(os.getpid())

    def stop(fraction: float) -> None:
        (child,) = _children(os.getpid()) - others
        os.kill(child, by)

    with pytest.raises(InterruptedError, match="stopped from outside"):
        decode_in_child([Source(tmp_path / "hours.wav")], tmp_path / "out.wav", progress=stop)
    assert names(tmp_path) == ["hours.wav"]


def test_a_fault_of_our_own_is_told_in_the_cause(tmp_path):
    with pytest.raises(Unreadable) as caught:
        isolate.run("dance", {}, limits=WHOLE)
    assert "KeyError: 'dance'" in str(caught.value.__cause__)


def test_the_child_does_not_see_the_parents_secrets(tmp_path, monkeypatch):
    monkeypatch.setenv("JWT_SECRET", "hunter2")
    package = tmp_path / "audio" / "media"
    package.mkdir(parents=True)
    (package / "__main__.py").write_text(
        "import json, os; print(json.dumps({'result': {'environment': dict(os.environ)}}), flush=True)"
    )
    monkeypatch.setattr(isolate, "_ROOT", str(tmp_path))
    seen = isolate.run("header", {}, limits=WHOLE)["environment"]
    assert set(seen) - {"LC_CTYPE"} == {
        "PYTHONPATH",
        "MALLOC_ARENA_MAX",
        "OPENBLAS_NUM_THREADS",
        "OMP_NUM_THREADS",
    }


def test_what_progress_raises_ends_the_child_and_leaves_nothing(tmp_path):
    class Cancelled(Exception):
        pass

    def cancel(fraction: float) -> None:
        raise Cancelled

    long = record(tmp_path / "long.wav", tone(60.0))
    with pytest.raises(Cancelled):
        decode_in_child([Source(long)], tmp_path / "out.wav", progress=cancel)
    assert names(tmp_path) == ["long.wav"]


PARENT = """
import sys
from pathlib import Path
from audio.media.isolate import decode_in_child
from audio.media.terms import Source

decode_in_child([Source(Path(sys.argv[1]))], Path(sys.argv[2]), progress=lambda x: print(x, flush=True))
"""


def _children(pid: int) -> set[int]:
    return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


@linux
def test_the_child_dies_with_a_killed_parent_and_leaves_nothing(tmp_path):
    silence = tmp_path / "hours.wav"
    _write_hours(silence, 3)
    (tmp_path / "out").mkdir()
    command = [sys.executable, "-c", PARENT, str(silence), str(tmp_path / "out" / "c.wav")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as parent:
        assert any(float(line) > 0 for line in parent.stdout)
        assert names(tmp_path / "out") == [".c.wav.part"]
        (child,) = _children(parent.pid)
        waiting = os.pidfd_open(child)
        parent.send_signal(signal.SIGKILL)
    assert _ended(waiting)
    os.close(waiting)
    assert names(tmp_path / "out") == []


def _ended(pidfd: int) -> bool:
    """Waits at most ten seconds for the process to end."""
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    return bool(poll.poll(10_000))


def _write_hours(path: Path, hours: int) -> None:
    """A WAV of silence that takes no space on a disk with sparse files."""
    header = record(path, tone(0.1, rate=16_000), rate=16_000).read_bytes()
    data = header.index(b"data")
    size = hours * 3600 * 32_000
    path.write_bytes(header[: data + 4] + size.to_bytes(4, "little"))
    os.truncate(path, data + 8 + size)


def test_the_childs_orders_are_read_as_they_are_written(tmp_path, spoken):
    order = {"task": "header", "path": str(spoken), "parent": os.getpid()}
    order["limits"] = {"wall": 10, "cpu": 10, "memory": 1 << 30, "file_size": 0}
    command = [sys.executable, "-m", "audio.media", json.dumps(order)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    assert json.loads(done.stdout)["result"]["format"] == "mp3"
    order["parent"] = 1
    command[-1] = json.dumps(order)
    assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 1
