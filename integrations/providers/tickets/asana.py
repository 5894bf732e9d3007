"""Tickets in Asana, through the `asana` library; serves the alias `asana`.

The key's mark stands in the notes of each task, and is its `external.gid` where a person's consent (OAuth)
is used: Asana keeps that for apps only. A task is looked for by `external.gid`, which is read, not searched,
and by going through the project's tasks: the search of a workspace costs a premium plan, and lags.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from integrations.contracts.tickets import ANYWHERE, Place, Ticket, TicketChange, TicketDraft, TicketState
from integrations.errors import Misconfigured, Rejected, Unavailable
from integrations.http import Http

from .carrier import Carrier, understanding
from .marks import mark_in, mark_of, one_line, with_notes
from .refusals import Refusal, named_by_asana, sparing

if TYPE_CHECKING:
    from .asana_client import AsanaClient

SPARED = frozenset({"assignee", "due_on", "external"})
LOOKED_BACK = timedelta(days=30)
"""How long after its last change a task is found by its mark."""
AT_ONCE = 10
"""Actions that Asana takes in one batch."""
TITLE = 255
BODY = 32_000


@dataclass(frozen=True)
class AsanaOptions:
    """`access_token` is used before `token` where both are set."""

    token: str = field(default="", repr=False)
    """A personal access token."""
    access_token: str = field(default="", repr=False)
    """A person's consent (OAuth)."""
    base_url: str = "https://app.asana.com/api/1.0"
    timeout: float = 20.0
    """Seconds for an operation with all its requests."""


@dataclass(frozen=True)
class _Wanted:
    title: str
    body: str
    due: date | None
    person: str
    account: str
    mark: str

    def fields(self, refused: frozenset[str]) -> dict[str, Any]:
        """The task's fields, without the refused ones, which are said in the notes."""
        notes = []
        if self.person and ("assignee" in refused or not self.account):
            notes.append(f"For: {self.person}")
        if self.due and "due_on" in refused:
            notes.append(f"Due: {self.due.isoformat()}")
        if self.mark:
            notes.append(f"Reference: {self.mark}")
        fields = {
            "name": one_line(self.title, TITLE),
            "notes": with_notes(self.body, notes, BODY),
            "due_on": self.due.isoformat() if self.due else None,
        } | ({"assignee": self.account} if self.account else {})
        return {name: value for name, value in fields.items() if name not in refused}


class AsanaTickets:
    """Each operation has its own client and ends within `Options.timeout`; nothing is retried by itself."""

    Options = AsanaOptions
    engine = "asana"
    search_lag = 30.0
    """Asana promises nothing about reading what was just written."""

    def __init__(self, options: AsanaOptions):
        self._options = options

    def probe(self) -> None:
        if urlsplit(self._options.base_url).scheme not in ("http", "https"):
            raise Misconfigured("ASANA_BASE_URL is not an address.")
        if not (self._options.token or self._options.access_token):
            raise Misconfigured("The credentials of Asana are missing: ASANA_TOKEN.")
        if find_spec("asana") is None:
            raise Misconfigured("The asana library is missing; install with make setup.")

    def open(self, draft: TicketDraft) -> Ticket:
        if not draft.place.project:
            raise Misconfigured("No Asana project is chosen for tickets.")
        mark = mark_of(draft.key)
        with self._client() as client:
            known = self._by_external(client, mark)
            if known:
                return known[0]
            wanted = _Wanted(
                title=draft.title,
                body=draft.body,
                due=draft.due,
                person=draft.assignee_email or draft.assignee,
                account=draft.assignee or self._account(client, draft.assignee_email),
                mark=mark,
            )
            return self._create(client, wanted, draft.place)

    def _create(self, client: "AsanaClient", wanted: _Wanted, place: Place) -> Ticket:
        fixed: dict[str, Any] = {"projects": [place.project]}

        def create(refused: frozenset[str]) -> Ticket:
            if "external" in refused:
                # It may be refused because a sender that was overtaken has just used it.
                known = self._by_external(client, wanted.mark)
                if known:
                    return known[0]
            external = {} if "external" in refused or not self._is_app else {"gid": wanted.mark}
            extra = fixed | ({"external": external} if external else {})
            fields = {name: value for name, value in wanted.fields(refused).items() if value is not None}
            return _ticket(client.create(fields | extra))

        with understanding("Asana", changes=True):
            return sparing(create, SPARED, named_by_asana)

    @property
    def _is_app(self) -> bool:
        return bool(self._options.access_token)

    def _account(self, client: "AsanaClient", email: str) -> str:
        """The account with this address, as far as the token may see it; nobody is guessed."""
        if not email:
            return ""
        try:
            with understanding("Asana"):
                return str(client.user(email)["gid"])
        except (Misconfigured, Rejected):  # who may open tasks may not be allowed to look people up
            return ""

    def find(self, key: str, place: Place = ANYWHERE) -> list[Ticket]:
        mark = mark_of(key)
        with self._client() as client:
            found = self._by_external(client, mark)
            if not place.project and not self._is_app:
                raise Misconfigured("Asana cannot be searched without a project.")
            if place.project:
                found += self._in_project(client, place.project, mark)
        return list(dict.fromkeys(found))

    def _by_external(self, client: "AsanaClient", mark: str) -> list[Ticket]:
        if not self._is_app:
            return []
        try:
            with understanding("Asana"):
                return [_ticket(client.task(f"external:{mark}"))]
        except Rejected as error:
            if error.status == 404:
                return []
            raise Unavailable(str(error)) from error.__cause__

    def _in_project(self, client: "AsanaClient", project: str, mark: str) -> list[Ticket]:
        since = (datetime.now(UTC) - LOOKED_BACK).isoformat(timespec="seconds")
        try:
            with understanding("Asana"):
                tasks = client.tasks(project, since)
                return [_ticket(each) for each in tasks if mark in (each.get("notes") or "")]
        except Rejected as error:  # a look that is refused proves nothing
            raise Unavailable(str(error)) from error.__cause__

    def update(self, ticket_id: str, change: TicketChange) -> Ticket:
        """Who is not known leaves the assignee as it stands; whom somebody assigned in Asana stays so."""
        if not ticket_id.isdigit():
            raise Rejected("That is no id of an Asana task.", status=404)
        with self._client() as client:
            with understanding("Asana"):
                mark = mark_in(client.task(ticket_id).get("notes") or "")
            wanted = _Wanted(
                title=change.title,
                body=change.body,
                due=change.due,
                person=change.assignee_email or change.assignee,
                account=change.assignee or self._account(client, change.assignee_email),
                mark=mark,
            )
            done = {"completed": change.done}
            with understanding("Asana", changes=True):
                return sparing(
                    lambda refused: _ticket(client.update(ticket_id, wanted.fields(refused) | done)),
                    SPARED,
                    named_by_asana,
                )

    def states(self, ticket_ids: Sequence[str]) -> dict[str, TicketState]:
        wanted = [each for each in dict.fromkeys(ticket_ids) if each.isdigit()]
        states = {each: TicketState.GONE for each in ticket_ids if not each.isdigit()}
        for start in range(0, len(wanted), AT_ONCE):
            states |= self._states(wanted[start : start + AT_ONCE])
        return states

    def _states(self, gids: list[str]) -> dict[str, TicketState]:
        actions = [
            {"method": "get", "relative_path": f"/tasks/{gid}", "options": {"fields": ["completed"]}}
            for gid in gids
        ]
        try:
            with self._client() as client, understanding("Asana"):
                answers = client.batch(actions)
                pairs = [(gid, _state(each)) for gid, each in zip(gids, answers, strict=True)]
        except Unavailable as error:  # a batch is posted, yet changes nothing
            raise Unavailable(str(error), retry_after=error.retry_after) from error.__cause__
        except Refusal as error:
            raise Unavailable(str(error)) from error.__cause__
        return {gid: state for gid, state in pairs if state}

    @contextmanager
    def _client(self) -> Iterator["AsanaClient"]:
        self.probe()
        from .asana_client import AsanaClient  # the library takes a while, and is not always installed

        options = self._options
        token = options.access_token or options.token
        http = Http(options.base_url, "Asana", headers={"Authorization": f"Bearer {token}"})
        carrier = Carrier.within(http, options.timeout, (token,))
        yield AsanaClient(options.base_url, carrier)


def _ticket(task: dict[str, Any]) -> Ticket:
    gid = task["gid"]
    if not gid.isdigit():
        raise ValueError("no id of a task")
    address = str(task.get("permalink_url") or "")
    known = urlsplit(address).scheme in ("http", "https")
    return Ticket(gid, address if known else f"https://app.asana.com/0/0/{gid}")


def _state(answer: dict[str, Any]) -> TicketState | None:
    """One action's answer. None where the token may not see the task, so that nobody can tell."""
    status = answer["status_code"]
    if status == 200:
        return TicketState.DONE if answer["body"]["data"]["completed"] else TicketState.OPEN
    if status in (404, 410):
        return TicketState.GONE
    if status == 403:
        return None
    raise Unavailable(f"Asana did not say how a task stands ({status}).")
