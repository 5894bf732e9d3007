"""Tickets in Jira Cloud, Server and Data Center, through the `jira` library; serves the alias `jira`.

The key's mark goes into the create call as a label, and into the description where the project's screen has
no labels (an entity property would not do: Jira searches those only for apps that declare an index). Whatever
the screen refuses, or whom it does not know, is said in the description; the issue is opened all the same.
"""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from integrations.contracts.tickets import ANYWHERE, Place, Ticket, TicketChange, TicketDraft, TicketState
from integrations.errors import Misconfigured, Rejected, Unavailable

from .carrier import Carrier, understanding
from .jira_options import JiraOptions
from .jira_sites import PAGE
from .marks import mark_in, mark_of, one_line, with_notes
from .refusals import Refusal, named_by_jira, sparing

if TYPE_CHECKING:
    from .jira_client import JiraClient

SPARED = frozenset({"assignee", "duedate", "labels"})
"""Fields without which an issue is opened where its project refuses them."""
KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*-\d+|\d+")
TITLE = 255
BODY = 32_000
"""Characters; Jira takes 32,767."""
DONE = "done"


@dataclass(frozen=True)
class _Wanted:
    """What an issue is to say, whatever its project can take of it."""

    title: str
    body: str
    due: date | None
    person: str
    account: str
    mark: str

    def said(self, refused: frozenset[str]) -> str:
        """The description: the body, and what the fields could not take."""
        notes = []
        if self.person and ("assignee" in refused or not self.account):
            notes.append(f"For: {self.person}")
        if self.due and "duedate" in refused:
            notes.append(f"Due: {self.due.isoformat()}")
        if self.mark and "labels" in refused:
            notes.append(f"Reference: {self.mark}")
        return with_notes(self.body, notes, BODY)


class JiraTickets:
    """Each operation has its own client and ends within `Options.timeout`; nothing is retried by itself."""

    Options = JiraOptions
    engine = "jira"

    def __init__(self, options: JiraOptions):
        self._options = options
        self._site = options.site

    @property
    def search_lag(self) -> float:
        return self._site.search_lag

    def probe(self) -> None:
        self._options.check()

    def open(self, draft: TicketDraft) -> Ticket:
        if not draft.place.project:
            raise Misconfigured("No Jira project is chosen for tickets.")
        with self._client() as client:
            wanted = _Wanted(
                title=draft.title,
                body=draft.body,
                due=draft.due,
                person=draft.assignee_email or draft.assignee,
                account=draft.assignee or self._account(client, draft.assignee_email),
                mark=mark_of(draft.key),
            )
            with understanding("Jira", changes=True):
                return self._ticket(self._create(client, wanted, draft.place))

    def _create(self, client: "JiraClient", wanted: _Wanted, place: Place) -> str:
        def create(refused: frozenset[str]) -> str:
            return client.create(self._new(wanted, place, refused))

        try:
            return sparing(create, SPARED, named_by_jira)
        except Rejected as error:
            if error.status == 404:  # of a project that is not there Jira says 400
                raise Misconfigured("There is no Jira at this address.") from error
            raise

    def _new(self, wanted: _Wanted, place: Place, refused: frozenset[str]) -> dict[str, Any]:
        kind = place.issue_type or "Task"
        fields = {
            "project": _named(place.project, "key"),
            "issuetype": _named(kind, "name"),
            "labels": [wanted.mark],
            **self._described(wanted, refused),
        }
        if not wanted.due:
            fields.pop("duedate")
        return {name: value for name, value in fields.items() if name not in refused}

    def _described(self, wanted: _Wanted, refused: frozenset[str]) -> dict[str, Any]:
        fields = {
            "summary": one_line(wanted.title, TITLE),
            "description": self._site.text(wanted.said(refused)),
            "duedate": wanted.due.isoformat() if wanted.due else None,
        }
        return fields | ({"assignee": self._site.assignee(wanted.account)} if wanted.account else {})

    def _account(self, client: "JiraClient", email: str) -> str:
        """The one active account with this address. Cloud may hide addresses: then nobody is guessed."""
        if not email:
            return ""
        try:
            with understanding("Jira"):
                users = client.read("user/search", self._site.person(email))
                fitting = [user for user in users if _is_of(user, email)]
                return self._site.account(fitting[0]) if len(fitting) == 1 else ""
        except (Misconfigured, Rejected):  # who may open issues may not be allowed to look people up
            return ""

    def find(self, key: str, place: Place = ANYWHERE) -> list[Ticket]:
        """In all projects: an issue may have been moved. What only resembles the mark is left out."""
        mark = mark_of(key)
        jql = f'labels = "{mark}" OR description ~ "{mark}"'
        with self._client() as client:
            try:
                found = self._search(client, jql, "labels,description")
            except Rejected as error:  # a search that is refused proves nothing
                raise Unavailable(str(error)) from error.__cause__
        return [self._ticket(each["key"]) for each in found if mark in json.dumps(each["fields"])]

    def _search(self, client: "JiraClient", jql: str, fields: str) -> list[dict[str, Any]]:
        search = self._site.search(jql, fields)
        with understanding("Jira"):
            found = client.read(search.path, search.params)["issues"]
            return [{"key": each["key"], "fields": each["fields"]} for each in found]

    def update(self, ticket_id: str, change: TicketChange) -> Ticket:
        """Who is not known leaves the assignee as it stands; whom somebody assigned in Jira stays so."""
        with self._client() as client:
            known = self._known(client, ticket_id)
            wanted = _Wanted(
                title=change.title,
                body=change.body,
                due=change.due,
                person=change.assignee_email or change.assignee,
                account=change.assignee or self._account(client, change.assignee_email),
                mark=mark_in(json.dumps(known["fields"].get("description"))),
            )
            with understanding("Jira", changes=True):
                if not change.done:  # what is closed may not be editable
                    self._move(client, known, done=False)
                self._edit(client, known["key"], wanted)
                if change.done:
                    self._move(client, known, done=True)
            return Ticket(ticket_id, self._options.page(known["key"]))

    def _edit(self, client: "JiraClient", key: str, wanted: _Wanted) -> None:
        def edit(refused: frozenset[str]) -> None:
            refused |= {"labels"}
            fields = self._described(wanted, refused)
            client.edit(key, {name: value for name, value in fields.items() if name not in refused})

        sparing(edit, SPARED, named_by_jira)

    def _move(self, client: "JiraClient", known: dict[str, Any], *, done: bool) -> None:
        """Along the first transition that leads where it should be; nowhere, where it is there already."""
        key, status = known["key"], known["fields"]["status"]
        if (_category(status) == DONE) == done:
            return
        ways = {_category(each["to"]): each["id"] for each in reversed(client.transitions(key))}
        wanted = [DONE] if done else ["new", "indeterminate"]
        way = next((ways[each] for each in wanted if each in ways), None)
        if way is None:
            raise Rejected(f"{key} cannot be {'closed' if done else 'opened again'} from {status['name']!r}.")
        client.move(key, str(way))

    def _known(self, client: "JiraClient", ticket_id: str) -> dict[str, Any]:
        if not KEY.fullmatch(ticket_id):
            raise Rejected("That is no key of a Jira issue.", status=404)
        with understanding("Jira"):
            raw = client.issue(ticket_id, "status,description")
            return {"key": _checked(raw["key"]), "fields": raw["fields"]}

    def states(self, ticket_ids: Sequence[str]) -> dict[str, TicketState]:
        """One search for every 50. What it does not show is asked for by itself: the search may lag, the
        issue may have moved, and Cloud refuses a search that names an issue which is gone."""
        wanted = [each for each in dict.fromkeys(ticket_ids) if KEY.fullmatch(each)]
        states = dict.fromkeys(ticket_ids, TicketState.GONE)
        for start in range(0, len(wanted), PAGE):
            states |= self._states(wanted[start : start + PAGE])
        return states

    def _states(self, keys: list[str]) -> dict[str, TicketState]:
        found = self._searched(keys)
        return found | {key: self._state(key) for key in keys if key not in found}

    def _searched(self, keys: list[str]) -> dict[str, TicketState]:
        """Jira names what it does not know in its refusal; the search is then made for the others."""
        with self._client() as client, understanding("Jira"):
            for _ in range(2):
                jql = f"key in ({', '.join(map(_quoted, keys))})"
                try:
                    found = self._search(client, jql, "status")
                    return {each["key"]: _state_of(each) for each in found if each["key"] in keys}
                except Refusal as refusal:
                    gone = set(re.findall(KEY, refusal.body.decode("utf-8", "replace")))
                    keys = [key for key in keys if key not in gone]
                if not keys:
                    break
        return {}

    def _state(self, key: str) -> TicketState:
        try:
            with self._client() as client:
                return _state_of(self._known(client, key))
        except Rejected as error:
            if error.status in (404, 410):
                return TicketState.GONE
            raise Unavailable(str(error)) from error.__cause__

    def _ticket(self, key: str) -> Ticket:
        return Ticket(_checked(key), self._options.page(key))

    @contextmanager
    def _client(self) -> Iterator["JiraClient"]:
        self._options.check()
        from .jira_client import JiraClient  # the library takes a while, and is not always installed

        options = self._options
        carrier = Carrier.within(options.http, options.timeout, options.secrets)
        yield JiraClient(options.server, self._site.api, carrier)


def _named(word: str, name: str) -> dict[str, str]:
    return {"id": word} if word.isdigit() else {name: word}


def _quoted(key: str) -> str:
    return f'"{key}"'


def _is_of(user: dict[str, Any], email: str) -> bool:
    return user.get("active", True) and (user.get("emailAddress") or "").casefold() == email.casefold()


def _category(status: dict[str, Any]) -> str:
    return status["statusCategory"]["key"]


def _state_of(issue: dict[str, Any]) -> TicketState:
    return TicketState.DONE if _category(issue["fields"]["status"]) == DONE else TicketState.OPEN


def _checked(key: str) -> str:
    if not KEY.fullmatch(key):
        raise ValueError("no key of an issue")
    return key
