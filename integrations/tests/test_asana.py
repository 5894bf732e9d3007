"""What is Asana's alone: `external.gid`, marks in notes, pages, batches."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from integrations.contracts.tickets import Place, TicketState
from integrations.errors import Misconfigured, Rejected, Unavailable
from integrations.providers.tickets import asana as module
from integrations.providers.tickets.asana import AsanaOptions, AsanaTickets
from integrations.providers.tickets.marks import mark_of
from integrations.tests.contracts.options import SECRET
from integrations.tests.contracts.tickets import change, draft
from integrations.tests.vendors.asana import BASE, AsanaVendor
from integrations.tests.vendors.server import as_json

pytestmark = pytest.mark.once

PROJECT = Place(project="77")
MARK = mark_of("effect-1")


@pytest.fixture
def server() -> Iterator[AsanaVendor]:
    server = AsanaVendor()
    yield server
    server.close()
    assert server.violations == []


def asana(server: AsanaVendor, *, consent: bool = False, **options: Any) -> AsanaTickets:
    credential = {"access_token" if consent else "token": SECRET}
    return AsanaTickets(AsanaOptions(base_url=server.url + BASE, **credential, **options))


def posts(server: AsanaVendor) -> int:
    return sum(asked.method == "POST" for asked in server.asked)


def test_a_personal_token_marks_the_notes_alone(server: AsanaVendor) -> None:
    asana(server).open(draft("effect-1", place=PROJECT))
    [task] = server.committed
    assert "external" not in task
    assert task["notes"] == f"Said at 00:41.\n\nReference: {MARK}"
    assert (task["due_on"], task["projects"], posts(server)) == ("2026-11-17", ["77"], 1)


def test_consent_sets_the_external_gid_and_is_found_without_a_project(server: AsanaVendor) -> None:
    server.is_app = True
    ticket = asana(server, consent=True).open(draft("effect-1", place=PROJECT))
    assert server.committed[0]["external"] == {"gid": MARK}
    assert asana(server, consent=True).find("effect-1") == [ticket]


@pytest.mark.parametrize("ignores", [True, False])
def test_where_external_is_ignored_or_refused_the_notes_are_enough(
    server: AsanaVendor, ignores: bool
) -> None:
    server.ignores_external = ignores
    ticket = asana(server, consent=True).open(draft("effect-1", place=PROJECT))
    assert "external" not in server.committed[0]
    assert asana(server, consent=True).find("effect-1", PROJECT) == [ticket]
    assert asana(server, consent=True).find("effect-1") == []
    assert posts(server) == (1 if ignores else 2)


def test_an_external_gid_that_another_sender_has_just_used_leads_to_its_task(server: AsanaVendor) -> None:
    server.is_app = True
    look = server.routes["GET", f"{BASE}/tasks/"]
    other: list[Any] = []

    def first(asked: Any) -> Any:
        """The other sender comes between the look and the create call."""
        reply = look(asked)
        server.route("GET", f"{BASE}/tasks/", look)
        other.append(asana(server, consent=True).open(draft("effect-1", place=PROJECT)))
        return reply

    server.route("GET", f"{BASE}/tasks/", first)
    assert asana(server, consent=True).open(draft("effect-1", place=PROJECT)) == other[0]
    assert len(server.committed) == 1


def test_a_date_that_is_refused_is_said(server: AsanaVendor) -> None:
    server.refuses_dates = True
    asana(server).open(draft("effect-1", place=PROJECT))
    [task] = server.committed
    assert "due_on" not in task
    assert "Due: 2026-11-17" in task["notes"]


def test_any_other_refusal_is_one(server: AsanaVendor) -> None:
    refusal = as_json({"errors": [{"message": "projects: Unknown object: 77"}]}, 400)
    server.route("POST", f"{BASE}/tasks", lambda asked: refusal)
    with pytest.raises(Rejected, match="Unknown object") as failure:
        asana(server).open(draft("effect-1", place=PROJECT))
    assert (failure.value.status, posts(server)) == (400, 1)


def test_all_pages_of_a_project_are_gone_through(server: AsanaVendor) -> None:
    server.page = 2
    keys = [f"effect-{number}" for number in range(1, 6)]
    opened = [asana(server).open(draft(key, place=PROJECT, assignee_email="")) for key in keys]
    assert [asana(server).find(key, PROJECT) for key in keys] == [[ticket] for ticket in opened]
    assert asana(server).find("effect-1", Place(project="78")) == []


def test_without_a_project_a_personal_token_cannot_look(server: AsanaVendor) -> None:
    with pytest.raises(Misconfigured, match="without a project"):
        asana(server).find("effect-1")


def test_a_change_keeps_the_mark_and_clears_the_day(server: AsanaVendor) -> None:
    ticket = asana(server).open(draft("effect-1", place=PROJECT))
    asana(server).update(ticket.id, change(body="Quite another text."))
    [task] = server.committed
    assert (task["notes"], task["due_on"]) == (f"Quite another text.\n\nReference: {MARK}", None)
    assert asana(server).find("effect-1", PROJECT) == [ticket]


def test_states_are_asked_for_ten_at_a_time(server: AsanaVendor) -> None:
    ids = [asana(server).open(draft(str(n), place=PROJECT, assignee_email="")).id for n in range(12)]
    server.private = {ids[0]}
    server.asked.clear()
    states = asana(server).states([*ids, "1"])
    assert states == dict.fromkeys(ids[1:], TicketState.OPEN) | {"1": TicketState.GONE}
    assert len(server.asked) == 2


@pytest.mark.parametrize("status", [429, 500])
def test_a_state_that_is_not_told_is_asked_for_later(server: AsanaVendor, status: int) -> None:
    answer = as_json({"data": [{"status_code": status, "body": {"errors": []}}]})
    server.route("POST", f"{BASE}/batch", lambda asked: answer)
    with pytest.raises(Unavailable) as failure:
        asana(server).states(["1"])
    assert failure.value.maybe_done is False


def test_the_library_hangs_no_handler_on_loggers(server: AsanaVendor) -> None:
    asana(server).find("effect-1", PROJECT)
    handlers = logging.getLogger("asana").handlers + logging.getLogger("urllib3").handlers
    assert [each for each in handlers if isinstance(each, logging.StreamHandler)] == []


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Misconfigured, match="ASANA_TOKEN"):
        AsanaTickets(AsanaOptions()).probe()
    with pytest.raises(Misconfigured, match="ASANA_BASE_URL"):
        AsanaTickets(AsanaOptions(token="x", base_url="asana")).probe()
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    with pytest.raises(Misconfigured, match="make setup"):
        AsanaTickets(AsanaOptions(token="x")).probe()
