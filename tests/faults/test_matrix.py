"""The crash matrix: five tickets, three mails and one post, with SIGKILL at every boundary of each.

KILLS in the environment says how often (`make crash-matrix`, which prints the table); the suite runs each
boundary once. Jira can be searched, so its tickets are there exactly once; mail and chat cannot, so they are
there at most once, and what may be missing is shown as unknown.
"""

import os
import sys
from collections import Counter
from collections.abc import Iterator

import pytest

from integrations.models import Effect
from meetings.models import Meeting
from meetings.pipeline import ending
from meetings.tests import factories

from .vendors import Vendors, vendors_of

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

KILLS = int(os.environ.get("KILLS", "1"))
KINDS = ("tickets", "mail", "chat")
POINTS = ("begun", "before_save", "after_save")
AT_THE_VENDOR = "committed"
BOUNDARIES = {
    "begun": "before send",
    AT_THE_VENDOR: "after the vendor committed",
    "before_save": "before our commit",
    "after_save": "after our commit",
}
IN_DOUBT = {"begun", AT_THE_VENDOR, "before_save"}
"""Where nobody can tell whether what cannot be looked for has arrived."""
SAID = (
    "Action: Daniel will update the runbook by Wednesday.",
    "Action: Maya will call the customer by tomorrow.",
    "Action: Zoe will test the export by Friday.",
    "Action: Daniel will order the cables by Thursday.",
    "Action: Maya will book the room by Monday.",
)
PEOPLE = [{"name": name, "email": f"{name.lower()}@example.org"} for name in ("Daniel", "Maya", "Zoe")]


@pytest.fixture
def vendors(house, settings) -> Iterator[Vendors]:
    with vendors_of(house) as ours:
        served = {"tickets": ["jira"], "mail": ["smtp"], "chat": ["slack"], "calendars": []}
        settings.SERVED_BY = settings.SERVED_BY | served
        settings.ROUTING = settings.ROUTING | {"project": "OPS", "chat_channel": "#meetings"}
        yield ours


def given_a_meeting(worker) -> Meeting:
    """One that is understood and released here; its nine effects are sent by whom the test kills."""
    meeting = factories.meeting(participants=PEOPLE)
    factories.say(meeting, *SAID)
    ending.complete(meeting)
    while worker.queue:
        message = worker.queue.pop(0)
        if message.actor_name != "integrations.deliver":
            worker.queue.insert(0, message)
            worker.work(1)
    return meeting


def to_send(meeting: Meeting):
    return Effect.objects.filter(meeting_id=meeting.pk).exclude(status=Effect.Status.SKIPPED)


def arm(house, vendors: Vendors, boundary: str) -> set[str]:
    """Only this boundary kills, once for each kind; the marks that say that it did."""
    for kind in KINDS:
        for point in POINTS:
            mark = house.marks / f"deliver_{kind}.{point}"
            mark.touch() if point != boundary else mark.unlink(missing_ok=True)
    if boundary == AT_THE_VENDOR:
        vendors.deadly = set(KINDS)
        return set()
    return {f"deliver_{kind}:{boundary}" for kind in KINDS}


def settled(meeting: Meeting) -> bool:
    states = list(to_send(meeting).values_list("status", flat=True))
    return len(states) == 9 and not {Effect.Status.QUEUED, Effect.Status.SENDING} & set(states)


def assert_once(meeting: Meeting, vendors: Vendors, boundary: str) -> None:
    """What the vendors have is what the ledger says, and nothing is there twice."""
    status = Effect.Status
    assert Counter(to_send(meeting).values_list("kind", flat=True)) == {"tickets": 5, "mail": 3, "chat": 1}
    assert dict(vendors.tickets) == {task.title: 1 for task in meeting.tasks.all()}
    tickets = to_send(meeting).filter(kind="tickets")
    assert set(tickets.values_list("status", flat=True)) == {status.SENT}
    assert {each.external_id for each in tickets} == {issue["key"] for issue in vendors.jira.committed}
    mails = to_send(meeting).filter(kind="mail")
    assert set(vendors.mails.values()) <= {1}
    assert {each.destination for each in mails.filter(status=status.SENT)} <= set(vendors.mails)
    lost = {person["email"] for person in PEOPLE} - set(vendors.mails)
    assert lost <= {each.destination for each in mails.filter(status=status.UNKNOWN)}
    post = to_send(meeting).get(kind="chat")
    assert vendors.posts == 1 if post.status == status.SENT else vendors.posts <= 1
    unknown = Counter(to_send(meeting).filter(status=status.UNKNOWN).values_list("kind", flat=True))
    assert unknown == ({"mail": 1, "chat": 1} if boundary in IN_DOUBT else {})
    assert (len(lost), vendors.posts) == ((1, 0) if boundary == "begun" else (0, 1))
    assert vendors.violations == []


HEAD = f"{'killed':<28}{'kind':<9}{'kills':>6}{'exactly once':>14}{'unknown':>9}{'twice':>7}"


def line(boundary: str, table: Counter, kind: str) -> str:
    """How often something was there once, was shown as unknown, and was there twice."""
    once, unknown, twice = (table[boundary, kind, each] for each in ("once", "unknown", "twice"))
    return f"{BOUNDARIES[boundary]:<28}{kind:<9}{KILLS:>6}{once:>14}{unknown:>9}{twice:>7}"


def count(table: Counter, boundary: str, meeting: Meeting, vendors: Vendors) -> None:
    there = {"tickets": vendors.tickets, "mail": vendors.mails, "chat": Counter({"": vendors.posts})}
    for kind in KINDS:
        unknown = to_send(meeting).filter(kind=kind, status=Effect.Status.UNKNOWN).count()
        table[boundary, kind, "once"] += list(there[kind].values()).count(1)
        table[boundary, kind, "unknown"] += unknown
        table[boundary, kind, "twice"] += sum(number > 1 for number in there[kind].values())


def test_a_worker_killed_at_every_boundary_does_each_thing_once(house, eventually, worker, vendors, capsys):
    table: Counter = Counter()
    points = [f"deliver_{kind}:{point}" for kind in KINDS for point in POINTS]
    with house.workers(*points):
        for boundary in BOUNDARIES:
            for _ in range(KILLS):
                vendors.forget()
                fired = arm(house, vendors, boundary)
                meeting = given_a_meeting(worker)

                def done(meeting=meeting, fired=fired) -> bool:
                    return settled(meeting) and fired <= house.fired() and not vendors.deadly

                eventually(done, 60, lambda m=meeting: "\n".join([*map(str, to_send(m)), house.log()]))
                count(table, boundary, meeting, vendors)
                assert_once(meeting, vendors, boundary)
    if KILLS > 1:
        lines = [line(boundary, table, kind) for boundary in BOUNDARIES for kind in KINDS]
        with capsys.disabled():
            sys.stdout.write("\n".join(["", HEAD, *lines, ""]))
