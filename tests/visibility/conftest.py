"""One world for all operations: made once, committed, and flushed when the last has been asked."""

from pathlib import Path
from unittest import mock

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection

from integrations import registry
from integrations.providers.accounts import Holder

from .world import World


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """What a test changes in it is rolled back with the test."""
    with django_db_blocker.unblock():
        _require_database_of_tests()
        try:
            registry.forget()
            with mock.patch("integrations.services.pasted._asked", return_value=Holder("1", "Asana")):
                yield World.made()
        finally:
            call_command("flush", verbosity=0, interactive=False)


def _require_database_of_tests() -> None:
    """pytest-django makes one only where a test asks for it by its mark; what is flushed here must be it."""
    name = Path(str(connection.settings_dict["NAME"])).name
    if not name.startswith("test"):
        pytest.fail(f"{name} is not a database of tests: mark the module with django_db", pytrace=False)


@pytest.fixture(autouse=True)
def fresh_counters():
    """Nobody comes too often here."""
    cache.clear()
    yield
    cache.clear()
