import pytest
from django.db import connection

from core import registry
from core.worker import take_over


@pytest.mark.parametrize(
    ("vendor", "redis", "given_back"),
    [("sqlite", "", 3), ("postgresql", "", 0), ("sqlite", "redis://other-workers", 0)],
)
def test_only_what_is_this_machines_own_proves_other_workers_dead(
    settings, monkeypatch, vendor, redis, given_back
):
    settings.REDIS_URL = redis
    monkeypatch.setattr(registry, "_releases", {"steps": lambda: 2, "effects": lambda: 1})
    monkeypatch.setattr(connection, "vendor", vendor)
    assert take_over() == given_back
