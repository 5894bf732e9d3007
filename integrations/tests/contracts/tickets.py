"""The contract of tickets; trackers' suites add the faults."""

import traceback
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from integrations.contracts.tickets import ANYWHERE, Place, TicketChange, TicketDraft, Tickets, TicketState
from integrations.errors import Misconfigured, Rejected, Unavailable
from integrations.tests.contracts.options import SECRET, ProviderSuite
from integrations.tests.vendors.committing import AFTER_THE_DEED, RETRY_AFTER, CommittingVendor, Fault
from integrations.tests.vendors.server import Asked, Reply, as_json

IMPATIENT = 0.4
"""Seconds after which a caller gives up on a vendor that hangs."""
HANGING = (Fault.HANGS, Fault.HANGS_AFTER_COMMIT)


def draft(key: str, **changes: Any) -> TicketDraft:
    values = {"title": "Update the runbook", "body": "Said at 00:41.", "due": date(2026, 11, 17)}
    return TicketDraft(**(values | {"assignee_email": "d@example.com", "key": key} | changes))


def change(**changes: Any) -> TicketChange:
    values = {"title": "Update it", "body": "Said at 00:41.", "assignee_email": "", "due": None}
    return TicketChange(**(values | {"done": False} | changes))


class TicketsSuite(ProviderSuite):
    place: Place = ANYWHERE
    opens_once = False
    """The provider looks for the key before it opens."""
    unknown_id = "tickets-99"

    def draft(self, key: str, **changes: Any) -> TicketDraft:
        return draft(key, **({"place": self.place} | changes))

    def find(self, provider: Tickets, key: str) -> list[Any]:
        return provider.find(key, self.place)

    def test_a_ticket_is_found_by_its_key_with_the_same_id_and_address(self, provider: Tickets) -> None:
        ticket = provider.open(self.draft("task-1/tickets"))
        assert ticket.id
        assert ticket.url.partition("://")[2]
        assert self.find(provider, "task-1/tickets") == [ticket]

    def test_a_ticket_without_a_day_is_opened_too(self, provider: Tickets) -> None:
        ticket = provider.open(self.draft("task-2/tickets", body="", assignee_email="", due=None))
        assert self.find(provider, "task-2/tickets") == [ticket]

    def test_a_key_that_was_never_used_finds_nothing(self, provider: Tickets) -> None:
        provider.open(self.draft("task-1/tickets"))
        assert self.find(provider, "task-9/tickets") == []

    def test_all_tickets_with_one_key_are_found(self, provider: Tickets) -> None:
        both = {provider.open(self.draft("task-1/tickets")).id for _ in range(2)}
        assert {ticket.id for ticket in self.find(provider, "task-1/tickets")} == both
        assert len(both) == (1 if self.opens_once else 2)

    def test_the_same_change_twice_is_one(self, provider: Tickets) -> None:
        ticket = provider.open(self.draft("task-1/tickets"))
        assert [provider.update(ticket.id, change(done=True)) for _ in range(2)] == [ticket, ticket]
        assert provider.states([ticket.id]) == {ticket.id: TicketState.DONE}
        assert self.find(provider, "task-1/tickets") == [ticket]

    def test_a_closed_ticket_is_opened_again(self, provider: Tickets) -> None:
        ticket = provider.open(self.draft("task-1/tickets"))
        for done in (True, False):
            provider.update(ticket.id, change(done=done))
        assert provider.states([ticket.id]) == {ticket.id: TicketState.OPEN}

    def test_states_are_told_for_each_and_nothing_is_asked_for_none(self, provider: Tickets) -> None:
        opened, done = (provider.open(self.draft(f"task-{number}/tickets")).id for number in (1, 2))
        provider.update(done, change(done=True))
        assert provider.states([opened, done, self.unknown_id, "../x"]) == {
            opened: TicketState.OPEN,
            done: TicketState.DONE,
            self.unknown_id: TicketState.GONE,
            "../x": TicketState.GONE,
        }
        assert provider.states([]) == {}

    @pytest.mark.parametrize("which", ["unknown", "malformed"])
    def test_a_ticket_that_is_gone_cannot_be_changed(self, provider: Tickets, which: str) -> None:
        with pytest.raises(Rejected) as refusal:
            provider.update(self.unknown_id if which == "unknown" else "../x", change())
        assert refusal.value.status == 404


class TrackerSuite(TicketsSuite):
    """Subclasses give the server and `make`; all requests must be as the vendor describes them."""

    def make_server(self) -> CommittingVendor:
        raise NotImplementedError

    def make(self, server: CommittingVendor, **options: Any) -> Tickets:
        """A provider with `SECRET` as its credential."""
        raise NotImplementedError

    def said(self, committed: dict[str, Any]) -> str:
        """All that the ticket says, its fields and its text."""
        return str(committed)

    def assignee(self, committed: dict[str, Any]) -> str:
        raise NotImplementedError

    @pytest.fixture
    def server(self) -> Iterator[CommittingVendor]:
        server = self.make_server()
        yield server
        server.close()
        assert server.violations == []

    @pytest.fixture
    def provider(self, server: CommittingVendor) -> Tickets:
        return self.make(server)

    def posts(self, server: CommittingVendor) -> int:
        return sum(asked.method != "GET" for asked in server.asked)

    @pytest.mark.parametrize("fault", AFTER_THE_DEED)
    def test_what_was_opened_without_an_answer_is_said_and_found(
        self, server: CommittingVendor, fault: Fault
    ) -> None:
        server.faults = [fault]
        with pytest.raises(Unavailable) as failure:
            self.make(server, timeout=IMPATIENT if fault in HANGING else 5.0).open(self.draft("effect-1"))
        assert failure.value.maybe_done is True
        assert (len(server.committed), self.posts(server)) == (1, 1)
        assert len(self.find(self.make(server), "effect-1")) == 1

    def test_what_hangs_may_have_been_opened_and_is_not_found(self, server: CommittingVendor) -> None:
        server.faults = [Fault.HANGS]
        with pytest.raises(Unavailable) as failure:
            self.make(server, timeout=IMPATIENT).open(self.draft("effect-1"))
        assert failure.value.maybe_done is True
        assert self.posts(server) == 1
        assert self.find(self.make(server), "effect-1") == []

    @pytest.mark.parametrize(
        ("fault", "wait"),
        [(Fault.TOO_MANY, RETRY_AFTER), (Fault.TOO_MANY_SILENT, None), (Fault.DOWN, None)],
    )
    def test_a_tracker_that_takes_nothing_now_is_tried_later(
        self, server: CommittingVendor, provider: Tickets, fault: Fault, wait: float | None
    ) -> None:
        server.faults = [fault]
        with pytest.raises(Unavailable) as failure:
            provider.open(self.draft("effect-1"))
        assert (failure.value.maybe_done, failure.value.retry_after) == (False, wait)
        assert (server.committed, self.posts(server)) == ([], 1)

    def test_an_expired_token_is_somebodys_to_renew(
        self, server: CommittingVendor, provider: Tickets
    ) -> None:
        server.faults = [Fault.EXPIRED]
        with pytest.raises(Misconfigured, match="401"):
            provider.open(self.draft("effect-1"))
        assert (server.committed, self.posts(server)) == ([], 1)

    def test_a_search_that_lags_finds_later_what_was_opened(
        self, server: CommittingVendor, provider: Tickets
    ) -> None:
        ticket = provider.open(self.draft("effect-1"))
        server.hidden = 1
        assert [self.find(provider, "effect-1") for _ in range(2)] == self.expected_in_lag(ticket)
        assert provider.search_lag > 0

    def expected_in_lag(self, ticket: Any) -> list[list[Any]]:
        return [[], [ticket]]

    @pytest.mark.parametrize("fault", [Fault.DROPPED_AFTER_COMMIT, Fault.MALFORMED, Fault.DOWN])
    def test_a_change_that_failed_is_made_again(
        self, server: CommittingVendor, provider: Tickets, fault: Fault
    ) -> None:
        ticket = provider.open(self.draft("effect-1"))
        server.faults = [fault]
        with pytest.raises(Unavailable):
            provider.update(ticket.id, change(done=True))
        assert provider.update(ticket.id, change(done=True)) == ticket
        assert provider.states([ticket.id]) == {ticket.id: TicketState.DONE}
        assert len(server.committed) == 1

    def test_whom_the_tracker_knows_gets_the_ticket(
        self, server: CommittingVendor, provider: Tickets
    ) -> None:
        provider.open(self.draft("effect-1"))
        provider.open(self.draft("effect-2", assignee_email="", assignee=server.people["d@example.com"]))
        for issue in server.committed:
            assert self.assignee(issue) == server.people["d@example.com"]
            assert "For: " not in self.said(issue)

    @pytest.mark.parametrize("why", ["unknown", "refused"])
    def test_whom_it_does_not_know_or_want_is_said_in_a_ticket_for_nobody(
        self, server: CommittingVendor, provider: Tickets, why: str
    ) -> None:
        person = "stranger@example.com" if why == "unknown" else "d@example.com"
        server.unassignable = {server.people["d@example.com"]}
        provider.open(self.draft("effect-1", assignee_email=person))
        [issue] = server.committed
        assert (self.assignee(issue), len(self.find(provider, "effect-1"))) == ("", 1)
        assert f"For: {person}" in self.said(issue)

    def test_who_was_assigned_in_the_tracker_stays_so(
        self, server: CommittingVendor, provider: Tickets
    ) -> None:
        ticket = provider.open(self.draft("effect-1"))
        provider.update(ticket.id, change(assignee_email="stranger@example.com"))
        assert self.assignee(server.committed[0]) == server.people["d@example.com"]

    def test_without_a_project_nothing_is_opened(self, server: CommittingVendor, provider: Tickets) -> None:
        with pytest.raises(Misconfigured, match="project is chosen"):
            provider.open(draft("effect-1"))
        assert server.asked == []

    def test_a_title_is_one_line_of_bounded_length(self, server: CommittingVendor, provider: Tickets) -> None:
        provider.open(self.draft("effect-1", title="A\nB " + "x" * 300, body="y" * 50_000))
        assert "A B xxx" in self.said(server.committed[0])
        assert "y" * 31_000 in self.said(server.committed[0])
        assert len(self.find(provider, "effect-1")) == 1

    def test_a_post_is_not_sent_on_to_another_address(self, server: CommittingVendor) -> None:
        for method, path in list(server.routes):
            if method == "POST":
                server.route("POST", path, lambda asked: Reply(307, headers={"Location": "/elsewhere"}))
        with pytest.raises(Misconfigured, match="redirects"):
            self.make(server).open(self.draft("effect-1"))
        assert (server.committed, self.posts(server)) == ([], 1)

    @pytest.mark.parametrize("status", [400, 401, 403, 500])
    def test_what_a_vendor_says_back_shows_no_token(
        self, server: CommittingVendor, status: int, caplog: pytest.LogCaptureFixture
    ) -> None:
        def echo(asked: Asked) -> Reply:
            return as_json({"errors": [{"message": asked.headers["authorization"]}]}, status)

        self._instead(server, echo)
        caplog.set_level("DEBUG")
        with pytest.raises(Exception, match=str(status)) as failure:
            self.make(server).open(self.draft("effect-1", assignee_email=""))
        credential = server.asked[-1].headers["authorization"].split(" ")[1]
        shown = "".join(traceback.format_exception(failure.value)) + caplog.text
        assert credential not in shown
        assert SECRET not in shown

    @pytest.mark.parametrize(
        "reply",
        [
            Reply(200, b" " * (10 * 1024 * 1024 + 1)),
            as_json([1]),
            as_json({"data": {}, "key": None}),
            as_json({"data": {"gid": "../x"}, "key": "../x"}),
            Reply(200, b'"' + b"[" * 50_000),
            Reply(200, trickle=True),
        ],
        ids=["huge", "list", "empty", "hostile", "deep", "trickle"],
    )
    def test_an_answer_that_cannot_be_used_leaves_open_what_happened(
        self, server: CommittingVendor, reply: Reply
    ) -> None:
        self._instead(server, lambda asked: reply)
        with pytest.raises(Unavailable) as failure:
            self.make(server, timeout=IMPATIENT).open(self.draft("effect-1", assignee_email=""))
        assert failure.value.maybe_done is True

    @pytest.mark.parametrize("reply", [Reply(200, b"<html>"), as_json({"nothing": 1}), as_json({}, 400)])
    def test_a_look_that_says_nothing_is_no_proof(self, server: CommittingVendor, reply: Reply) -> None:
        for method, path in list(server.routes):
            if method == "GET":
                server.route("GET", path, lambda asked: reply)
        with pytest.raises(Unavailable) as failure:
            self.find(self.make(server), "effect-1")
        assert failure.value.maybe_done is False

    def _instead(self, server: CommittingVendor, answer: Callable[[Asked], Reply]) -> None:
        """What every change is answered with."""
        for method, path in list(server.routes):
            if method == "POST":
                server.route("POST", path, answer)

    def test_a_look_up_before_it_that_hangs_leaves_no_doubt(self, server: CommittingVendor) -> None:
        stalls = Reply(stall=server.closed, hang_up=True)
        for method, path in list(server.routes):
            if method == "GET" and "user" in path:
                server.route("GET", path, lambda asked: stalls)
        with pytest.raises(Unavailable) as failure:
            self.make(server, timeout=IMPATIENT).open(self.draft("effect-1"))
        assert failure.value.maybe_done is False
        assert (server.committed, self.posts(server)) == ([], 0)

    def test_without_credentials_it_is_not_ready(self, server: CommittingVendor) -> None:
        with pytest.raises(Misconfigured, match="credentials"):
            self.make(server, **self.without_credentials).probe()

    without_credentials: dict[str, str] = {}
