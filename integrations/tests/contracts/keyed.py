"""What every fault of a vendor means where an effect can be found again by its key.

A suite of one kind says how something is made; the faults are the same for all.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from integrations.errors import Misconfigured, Unavailable
from integrations.tests.contracts.options import ProviderSuite
from integrations.tests.vendors.committing import AFTER_THE_DEED, RETRY_AFTER, CommittingVendor, Fault

PATIENCE = {Fault.HANGS_AFTER_COMMIT: 0.3}
"""Seconds after which a caller gives up on a vendor that hangs; the others answer at once."""
TOKEN = "token-of-the-tests"


class KeyedVendorSuite(ProviderSuite):
    """Subclasses give `Server` and the verbs `make` and `create`."""

    Server: type[CommittingVendor]

    def make(self, url: str, **options: Any) -> Any:
        raise NotImplementedError

    def create(self, provider: Any, key: str) -> Any:
        raise NotImplementedError

    @pytest.fixture
    def server(self) -> Iterator[CommittingVendor]:
        server = self.Server()
        yield server
        server.close()
        assert server.violations == []

    @pytest.fixture
    def provider(self, server: CommittingVendor) -> Any:
        return self.make(server.url)

    @pytest.mark.parametrize("fault", AFTER_THE_DEED)
    def test_what_may_have_been_done_is_said_and_found_by_its_key(
        self, server: CommittingVendor, fault: Fault
    ) -> None:
        server.faults = [fault]
        with pytest.raises(Unavailable) as failure:
            self.create(self.make(server.url, timeout=PATIENCE.get(fault, 5.0)), "effect-1")
        assert failure.value.maybe_done is True
        assert (len(server.committed), len(server.asked)) == (1, 1)
        assert [found.id for found in self.make(server.url).find("effect-1")] == [server.committed[0]["id"]]

    def test_a_request_that_hangs_may_have_been_carried_out_and_is_not_found(
        self, server: CommittingVendor
    ) -> None:
        server.faults = [Fault.HANGS]
        with pytest.raises(Unavailable) as failure:
            self.create(self.make(server.url, timeout=0.3), "effect-1")
        assert failure.value.maybe_done is True
        assert self.make(server.url).find("effect-1") == []

    @pytest.mark.parametrize(
        ("fault", "wait"),
        [(Fault.TOO_MANY, RETRY_AFTER), (Fault.TOO_MANY_SILENT, None), (Fault.DOWN, None)],
    )
    def test_a_vendor_that_takes_nothing_now_is_tried_later(
        self, server: CommittingVendor, provider: Any, fault: Fault, wait: float | None
    ) -> None:
        server.faults = [fault]
        with pytest.raises(Unavailable) as failure:
            self.create(provider, "effect-1")
        assert (failure.value.maybe_done, failure.value.retry_after) == (False, wait)
        assert (server.committed, len(server.asked)) == ([], 1)

    def test_an_expired_token_is_somebodys_to_renew(self, server: CommittingVendor, provider: Any) -> None:
        server.faults = [Fault.EXPIRED]
        with pytest.raises(Misconfigured, match="401"):
            self.create(provider, "effect-1")
        assert (server.committed, len(server.asked)) == ([], 1)

    def test_the_token_is_sent_and_not_shown(self, server: CommittingVendor) -> None:
        provider = self.make(server.url)
        self.create(provider, "effect-1")
        assert server.asked[0].headers["authorization"] == f"Bearer {TOKEN}"
        assert TOKEN not in repr(provider.Options(access_token=TOKEN))

    def test_without_a_token_it_is_not_ready(self, server: CommittingVendor) -> None:
        with pytest.raises(Misconfigured, match="connected"):
            self.make(server.url, access_token="").probe()
