"""Progress without a terminal: one line per finished step, no control characters, nothing twice."""

import io

from scripts.demo.screen import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def steps(*states: tuple[str, str, float]) -> list[dict]:
    """Those that have ended took 1.5 s."""
    return [
        {
            "name": name,
            "status": status,
            "progress": progress,
            "started_at": None if status == "pending" else "2026-11-16T08:00:00.000Z",
            "finished_at": "2026-11-16T08:00:01.500Z" if status in {"succeeded", "failed"} else None,
        }
        for name, status, progress in states
    ]


def test_each_step_is_written_once_when_it_ends():
    out = io.StringIO()
    progress = Progress(out)
    progress.show(steps(("decode", "running", 0.5), ("transcribe", "pending", 0)))
    progress.show(steps(("decode", "succeeded", 1), ("transcribe", "running", 0.1)))
    progress.show(steps(("decode", "succeeded", 1), ("transcribe", "failed", 0.1)))
    progress.close()
    assert out.getvalue() == "  decode      done         1.5 s\n  transcribe  failed       1.5 s\n"


def test_a_step_that_waits_is_announced_once():
    out = io.StringIO()
    progress = Progress(out)
    for _ in range(3):
        progress.show(steps(("transcribe", "parked", 0)))
    assert out.getvalue() == "  transcribe  parked\n"


def test_a_terminal_shows_how_far_the_running_step_is():
    out = Terminal()
    Progress(out).show(steps(("transcribe", "running", 0.5)))
    assert "████████████············  50%" in out.getvalue()
