"""The lists of dependencies are true: what is imported is declared, and the lists agree with their locks."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]
OWNERS = {
    "asana",
    "boto3",
    "channels",
    "channels-redis",
    "daphne",
    "django",
    "django-storages",
    "djangorestframework",
    "djangorestframework-simplejwt",
    "dramatiq",
    "google-generativeai",
    "jira",
    "psycopg2-binary",
    "pytest-django",
}
LOCKS = sorted(CHECKOUT.glob("requirements/*.lock"))


def declared(*lists: str) -> dict[str, str]:
    """Normalised name -> version (or an empty string) of every requirement in the files."""
    found = {}
    for name in lists:
        for line in (CHECKOUT / name).read_text().splitlines():
            match = re.match(r"([A-Za-z0-9._-]+)(?:\[[^]]*])?(?:==([^\s;\\]+))?", line)
            if match and not line.startswith(("-", "#", " ")):
                found[normalised(match[1])] = match[2] or ""
    return found


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def sources(tests: bool) -> Iterator[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=CHECKOUT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    for name in listed:
        is_tool = "tests" in Path(name).parts or name.startswith(("benchmarks/", "conftest.py"))
        if is_tool == tests and (CHECKOUT / name).exists():
            yield CHECKOUT / name


def imported(files: Iterator[Path]) -> set[str]:
    """Top-level names of absolute imports, wherever in the file they stand."""
    found = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                found.add(node.module.split(".")[0])
    return found


def undeclared(modules: set[str], names: set[str]) -> set[str]:
    """The modules of installed distributions none of which is among `names`."""
    distributions = packages_distributions()
    return {
        module
        for module in modules - set(sys.stdlib_module_names)
        if module in distributions and not names & {normalised(name) for name in distributions[module]}
    }


def test_everything_the_product_imports_is_declared():
    names = set(declared("requirements.txt"))
    assert undeclared(imported(sources(tests=False)), names) == set()


def test_everything_tests_and_benchmarks_import_is_declared():
    names = set(declared("requirements.txt", "requirements-dev.txt"))
    assert undeclared(imported(sources(tests=True)), names) == set()


def test_the_local_list_only_names_what_the_whole_list_pins():
    local = declared("requirements/local.in")
    assert set(local) <= set(declared("requirements.txt"))
    assert set(local.values()) == {""}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_holds_the_versions_of_the_lists_and_names_no_address(lock: Path):
    locked = declared(f"requirements/{lock.name}")
    pinned = {name: version for name, version in declared("requirements.txt").items() if name in locked}
    assert pinned == {name: locked[name] for name in pinned}
    assert "://" not in lock.read_text()


def test_the_owners_list_is_complete():
    assert set(declared("requirements.txt")) >= OWNERS
