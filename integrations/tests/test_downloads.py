"""Recordings that vendors offer: as fast as they come, and not for longer than is allowed."""

import pytest

from integrations import downloads
from integrations.errors import Unavailable
from integrations.tests.vendors.server import Reply, Vendor

pytestmark = pytest.mark.once


@pytest.fixture
def vendor():
    server = Vendor()
    yield server
    server.close()


def fetch(vendor: Vendor, target, **options) -> int:
    limits = {"most_bytes": 10**6, "most_seconds": 10.0} | options
    return downloads.fetch(f"{vendor.url}/recording", target, vendor="Recall", is_own=True, **limits)


def test_one_that_comes_byte_by_byte_for_ever_is_given_up_in_time(vendor, tmp_path, monkeypatch):
    monkeypatch.setattr(downloads, "PULSE", 0.0)
    signs = []
    vendor.replies = [Reply(trickle=True)]
    with pytest.raises(Unavailable, match="did not arrive in time"):
        fetch(vendor, tmp_path / "recording", most_seconds=0.3, progress=lambda: signs.append(1))
    assert len(signs) > 1


def test_what_has_arrived_is_written_whole(vendor, tmp_path):
    vendor.replies = [Reply(200, bytes(range(256)) * 1000)]
    assert fetch(vendor, tmp_path / "recording") == 256_000
    assert (tmp_path / "recording").read_bytes() == bytes(range(256)) * 1000
