"""What docs/security.md claims: every test that it names exists."""

import re

from django.conf import settings


def test_every_test_that_the_table_of_threats_names_exists():
    table = (settings.BASE_DIR / "docs" / "security.md").read_text()
    named = set(re.findall(r"`(test_\w+)`", table))
    folders = [path.parent for path in settings.BASE_DIR.glob("*/__init__.py")]
    written = {
        name
        for folder in folders
        for path in folder.rglob("*.py")
        if "tests" in path.parts
        for name in re.findall(r"^ *(?:async )?def (test_\w+)\(", path.read_text(), re.MULTILINE)
    }
    assert len(named) > 80
    assert named - written == set()
