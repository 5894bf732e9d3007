"""What the demo writes while it works: a bar that is redrawn on a terminal, one line per step elsewhere."""

import shutil
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import TextIO

BAR = 24
DONE = {"succeeded", "failed"}


class Progress:
    """Shows the steps of one run; `show` is called with each answer of the server."""

    def __init__(self, out: TextIO = sys.stdout) -> None:
        self._out = out
        self._live = out.isatty()
        self._finished: set[str] = set()
        self._announced: set[tuple[str, str]] = set()

    def show(self, steps: Sequence[dict]) -> None:
        """`steps`: each step as the server describes it, in order."""
        width = max((len(step["name"]) for step in steps), default=0)
        for step in steps:
            self._mark(step, width)
        current = next((step for step in steps if step["status"] not in DONE | {"pending"}), None)
        if current is not None:
            self._current(current, width)

    def close(self) -> None:
        """End the line that is being redrawn."""
        if self._live:
            self._out.write("\r\x1b[K")
            self._out.flush()

    def _mark(self, step: dict, width: int) -> None:
        name, status = step["name"], step["status"]
        if status not in DONE or name in self._finished:
            return
        self._finished.add(name)
        word = "done" if status == "succeeded" else status
        self._line(f"  {name:<{width}}  {word:<9}{_seconds(step)}")

    def _current(self, step: dict, width: int) -> None:
        share = min(max(float(step.get("progress") or 0), 0), 1)
        word = "" if step["status"] == "running" else f"  {step['status']}"
        if self._live:
            filled = round(share * BAR)
            bar = "█" * filled + "·" * (BAR - filled)
            text = f"  {step['name']:<{width}}  {bar} {share:4.0%}{word}"
            self._out.write("\r\x1b[K" + text[: shutil.get_terminal_size().columns - 1])
            self._out.flush()
        elif (step["name"], word) not in self._announced and word:
            self._announced.add((step["name"], word))
            self._line(f"  {step['name']:<{width}}{word}")

    def _line(self, text: str) -> None:
        self._out.write(("\r\x1b[K" if self._live else "") + text + "\n")
        self._out.flush()


def _seconds(step: dict) -> str:
    """How long the server worked on it."""
    if not (step["started_at"] and step["finished_at"]):
        return ""
    started, finished = (datetime.fromisoformat(step[name]) for name in ("started_at", "finished_at"))
    return f"{(finished - started).total_seconds():7.1f} s"
