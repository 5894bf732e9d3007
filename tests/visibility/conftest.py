"""One world for all operations: made once, committed, and flushed when the last has been asked."""

import pytest
from django.core.cache import cache
from django.core.management import call_command

from integrations import registry

from .world import World


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """What a test changes in it is rolled back with the test."""
    with django_db_blocker.unblock():
        try:
            registry.forget()
            yield World.made()
        finally:
            call_command("flush", verbosity=0, interactive=False)


@pytest.fixture(autouse=True)
def fresh_counters():
    """Nobody comes too often here."""
    cache.clear()
    yield
    cache.clear()
