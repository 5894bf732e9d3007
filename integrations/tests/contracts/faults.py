"""What every provider owes exactly-once when its vendor fails: nothing repeated, nothing guessed.

A suite of effects mixes `FaultsSuite` in; a vendor of its own holds the ledger.
"""

import pytest

from integrations.errors import Misconfigured, ProviderError, Unavailable
from integrations.tests.vendors.committing import AFTER_THE_DEED, RETRY_AFTER, CommittingVendor, Fault

NOT_DONE = {Fault.TOO_MANY: RETRY_AFTER, Fault.TOO_MANY_SILENT: None, Fault.DOWN: None}


class FaultsSuite:
    """Subclasses give the fixtures `provider` (with a timeout below a second) and `vendor`, and `act`."""

    @pytest.fixture
    def vendor(self) -> CommittingVendor:
        raise NotImplementedError("a subclass of the suite gives the vendor")

    def act(self, provider, key: str) -> None:
        """Ask for one effect with this key."""
        raise NotImplementedError("a subclass of the suite says what is done")

    def test_what_it_sends_is_what_the_vendor_describes(self, provider, vendor: CommittingVendor) -> None:
        self.act(provider, "task-1/effect")
        assert (vendor.violations, len(vendor.committed)) == ([], 1)

    @pytest.mark.parametrize("fault", [*AFTER_THE_DEED, Fault.HANGS])
    def test_a_lost_answer_leaves_the_outcome_open_and_nothing_is_sent_again(
        self, provider, vendor: CommittingVendor, fault: Fault
    ) -> None:
        vendor.faults = [fault]
        with pytest.raises(Unavailable) as failure:
            self.act(provider, "task-1/effect")
        assert failure.value.maybe_done is True
        assert len(vendor.committed) == (fault in AFTER_THE_DEED)
        assert vendor.faults == []

    @pytest.mark.parametrize("fault", NOT_DONE)
    def test_a_vendor_that_is_not_ready_has_done_nothing_and_may_say_when_to_come_back(
        self, provider, vendor: CommittingVendor, fault: Fault
    ) -> None:
        vendor.faults = [fault]
        with pytest.raises(Unavailable) as failure:
            self.act(provider, "task-1/effect")
        assert (failure.value.maybe_done, failure.value.retry_after) == (False, NOT_DONE[fault])
        assert vendor.committed == []
        self.act(provider, "task-1/effect")
        assert len(vendor.committed) == 1

    def test_an_expired_token_is_somebodys_affair_and_nothing_is_done(
        self, provider, vendor: CommittingVendor
    ) -> None:
        vendor.faults = [Fault.EXPIRED]
        with pytest.raises(Misconfigured) as failure:
            self.act(provider, "task-1/effect")
        assert failure.value.status == 401
        assert vendor.committed == []

    def test_a_vendor_that_cannot_be_reached_has_done_nothing(
        self, provider, vendor: CommittingVendor
    ) -> None:
        vendor.close()
        with pytest.raises(ProviderError) as failure:
            self.act(provider, "task-1/effect")
        assert isinstance(failure.value, Unavailable)
        assert failure.value.maybe_done is False
