"""In what Jira Cloud (REST v3) and Jira Server or Data Center (REST v2) differ."""

from dataclasses import dataclass
from typing import Any, Protocol

from . import jira_text

PAGE = 50


@dataclass(frozen=True)
class Search:
    path: str
    params: dict[str, Any]


class Site(Protocol):
    api: str
    search_lag: float

    def search(self, jql: str, fields: str) -> Search: ...
    def person(self, email: str) -> dict[str, Any]: ...
    def account(self, user: dict[str, Any]) -> str: ...
    def assignee(self, account: str) -> dict[str, str]: ...
    def text(self, text: str) -> Any: ...


class Cloud:
    """The old search is gone; the new one is eventually consistent, and Atlassian promises no figure. What
    was just written is there within seconds as a rule; a minute leaves room for a slow day."""

    api = "3"
    search_lag = 60.0

    def search(self, jql: str, fields: str) -> Search:
        return Search("search/jql", {"jql": jql, "fields": fields, "maxResults": PAGE})

    def person(self, email: str) -> dict[str, Any]:
        return {"query": email, "maxResults": PAGE}

    def account(self, user: dict[str, Any]) -> str:
        return user["accountId"]

    def assignee(self, account: str) -> dict[str, str]:
        return {"accountId": account}

    def text(self, text: str) -> Any:
        return jira_text.document(text)


class Server:
    """A node indexes what it writes in the same request; other nodes of a Data Center replay it every 5 s.
    Half a minute leaves room for a busy node."""

    api = "2"
    search_lag = 30.0

    def search(self, jql: str, fields: str) -> Search:
        given = {"jql": jql, "fields": fields, "maxResults": PAGE, "startAt": 0, "validateQuery": "false"}
        return Search("search", given)

    def person(self, email: str) -> dict[str, Any]:
        return {"username": email, "maxResults": PAGE}

    def account(self, user: dict[str, Any]) -> str:
        return user["name"]

    def assignee(self, account: str) -> dict[str, str]:
        return {"name": account}

    def text(self, text: str) -> Any:
        return jira_text.wiki(text)
