import pytest
from django.db import connection

from core import registry
from core.worker import take_over


@pytest.mark.parametrize(("vendor", "given_back"), [("sqlite", 3), ("postgresql", 0)])
def test_only_a_database_of_this_machine_proves_other_workers_dead(monkeypatch, vendor, given_back):
    monkeypatch.setattr(registry, "_releases", {"steps": lambda: 2, "effects": lambda: 1})
    monkeypatch.setattr(connection, "vendor", vendor)
    assert take_over() == given_back
