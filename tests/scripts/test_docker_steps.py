"""The Dockerfile as the rehearsal reads it."""

from pathlib import Path

import pytest

from scripts.docker_steps import Stage, instructions, is_ignored


def test_comments_are_dropped_and_continued_lines_joined():
    text = "# a comment\nFROM a AS b\nENV ONE=1 \\\n    TWO=2\n\nRUN x && \\\n  # why\n  y\n"
    assert instructions(text) == [("FROM", "a AS b"), ("ENV", "ONE=1  TWO=2"), ("RUN", "x &&  y")]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (".env", True),
        (".env.local", True),
        (".env.example", False),
        ("core/tests/test_jobs.py", True),
        ("core/tests_of_time.py", False),
        ("a/b.pyc", True),
        ("config/env.py", False),
    ],
)
def test_the_last_rule_that_matches_decides_what_is_left_out(name: str, expected: bool):
    rules = [".env", ".env.*", "!.env.example", "**/tests", "**/*.py[cod]"]
    assert is_ignored(name, rules) is expected


def test_only_paths_of_the_image_move():
    stage = Stage(Path("/elsewhere"), Path("/elsewhere/app"))
    assert stage.real("/app/.venv/bin:/usr/bin") == "/elsewhere/app/.venv/bin:/usr/bin"
    assert stage.real("/usr/app") == "/usr/app"
    assert stage.real("/data") == "/elsewhere/data"
