"""`.env.example` is the operators' list of variables: complete, and true about the defaults."""

import json
import os
import re
import subprocess
import sys

from config import env

EXAMPLE = env.BASE_DIR / ".env.example"
PRINT_VALUES = """
import json
from config import env
print(json.dumps({name: str(getattr(env, name)) for name in dir(env) if name.isupper() and name != "NAMES"}))
"""


def names_in(text: str) -> list[str]:
    return re.findall(r"^([A-Z][A-Z0-9_]*)=", text, re.MULTILINE)


def values_with(env_file: str) -> dict[str, str]:
    """What config.env reads in a process whose only variables are those of `env_file`."""
    environment = {"PATH": os.environ["PATH"], "ENV_FILE": env_file}
    result = subprocess.run(
        [sys.executable, "-c", PRINT_VALUES],
        cwd=env.BASE_DIR,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(result.stdout)


def test_lists_every_variable_once_and_no_other():
    names = names_in(EXAMPLE.read_text())
    assert sorted(names) == sorted(env.NAMES)


def test_using_the_example_unchanged_changes_nothing():
    assert values_with(".env.example") == values_with("")
