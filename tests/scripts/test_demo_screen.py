"""Progress without a terminal: one line per finished step, no control characters, nothing twice."""

import io
import re

from scripts.demo.screen import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def steps(*states: tuple[str, str, float]) -> list[dict]:
    return [{"name": name, "status": status, "progress": progress} for name, status, progress in states]


def test_each_step_is_written_once_when_it_ends():
    out = io.StringIO()
    progress = Progress(out)
    progress.show(steps(("decode", "running", 0.5), ("transcribe", "pending", 0)))
    progress.show(steps(("decode", "succeeded", 1), ("transcribe", "running", 0.1)))
    progress.show(steps(("decode", "succeeded", 1), ("transcribe", "failed", 0.1)))
    progress.close()
    lines = [re.sub(r"\d+\.\d s$", "N s", line) for line in out.getvalue().splitlines()]
    assert [line.split() for line in lines] == [
        ["decode", "done", "N", "s"],
        ["transcribe", "failed", "N", "s"],
    ]


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
