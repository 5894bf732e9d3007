"""A Jira that keeps its issues: Cloud (REST v3, judged by its description) or Server (REST v2, by hand).

`committed` are the issues, `moved` the transitions; `people` are its users, by address.
"""

import json
import re
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from integrations.tests.vendors.committing import CommittingVendor
from integrations.tests.vendors.described import Description
from integrations.tests.vendors.server import Asked, Reply, as_json

SCREEN = "Field '{}' cannot be set. It is not on the appropriate screen, or unknown."
STATUSES = {"11": ("To Do", "new"), "21": ("In Progress", "indeterminate"), "31": ("Done", "done")}
SERVER_QUERIES = {
    "search": {"jql", "fields", "maxResults", "startAt", "validateQuery"},
    "user/search": {"username", "maxResults"},
}


class JiraVendor(CommittingVendor):
    def __init__(self, *, cloud: bool = True, base: str = "", authorization: str = "") -> None:
        described = Description("jira", base)
        super().__init__(described.check if cloud else self._check_server)
        self.cloud = cloud
        self.base = base
        self.authorization = authorization
        self.people: dict[str, str] = {"d@example.com": "dana"}
        self.unassignable: set[str] = set()
        self.not_on_screen: set[str] = set()
        self.hides_addresses = False
        self.moved: list[tuple[str, str]] = []
        self.ways = dict(STATUSES)
        self._api = f"{base}/rest/api/{3 if cloud else 2}"
        search = "search/jql" if cloud else "search"
        self.route("POST", f"{self._api}/issue", self.changing(self._create))
        self.route("PUT", f"{self._api}/issue/", self.changing(self._edit))
        self.route("POST", f"{self._api}/issue/", self.changing(self._move))
        self.route("GET", f"{self._api}/issue/", self._read)
        self.route("GET", f"{self._api}/{search}", self._search)
        self.route("GET", f"{self._api}/user/search", self._people)

    def answer(self, asked: Asked) -> Reply:
        if self.authorization and asked.headers.get("authorization") != self.authorization:
            self.asked.append(asked)
            return as_json({"message": "Client must be authenticated to access this resource."}, 401)
        return super().answer(asked)

    def issue(self, key: str) -> dict[str, Any] | None:
        return next((each for each in self.committed if each["key"] == key), None)

    def _create(self, asked: Asked) -> Reply:
        fields = asked.json()["fields"]
        wrong = self._wrong(fields)
        if wrong:
            return _refused(**wrong)
        number = len(self.committed) + 1
        issue = {"id": str(10_000 + number), "key": f"{fields['project']['key']}-{number}", "fields": fields}
        issue["status"] = "11"
        self.committed.append(issue)
        return as_json({"id": issue["id"], "key": issue["key"], "self": f"{self.url}/x"}, status=201)

    def _edit(self, asked: Asked) -> Reply:
        issue = self._named(asked)
        fields = asked.json()["fields"]
        wrong = self._wrong(fields)
        if issue is None or wrong:
            return _refused(**wrong) if wrong else _gone()
        issue["fields"] = issue["fields"] | fields
        return Reply(204)

    def _wrong(self, fields: dict[str, Any]) -> dict[str, str]:
        wrong = {name: SCREEN.format(name) for name in self.not_on_screen & fields.keys()}
        account = next(iter((fields.get("assignee") or {}).values()), "")
        known = set(self.people.values()) - self.unassignable
        if account and account not in known:
            wrong["assignee"] = f"User '{account}' cannot be assigned issues."
        return wrong

    def _move(self, asked: Asked) -> Reply:
        issue = self._named(asked)
        way = asked.json()["transition"]["id"]
        if issue is None or way not in self.ways:
            return _gone() if issue is None else _refused(transition="It is not valid.")
        issue["status"] = way
        self.moved.append((issue["key"], way))
        return Reply(204)

    def _read(self, asked: Asked) -> Reply:
        issue = self._named(asked)
        if issue is None:
            return _gone()
        if urlsplit(asked.path).path.endswith("/transitions"):
            ways = [{"id": way, "name": name, "to": _status(way)} for way, (name, _) in self.ways.items()]
            return as_json({"transitions": ways})
        return as_json(_shown(issue))

    def _search(self, asked: Asked) -> Reply:
        jql = parse_qs(urlsplit(asked.path).query)["jql"][0]
        known = self.seen()
        if jql.startswith("key in "):
            keys = re.findall(r'"([^"]+)"', jql)
            missing = [key for key in keys if self.issue(key) is None]
            if missing and self.cloud:
                words = f"An issue with key '{missing[0]}' does not exist for field 'key'."
                return as_json({"errorMessages": [words], "errors": {}}, status=400)
            return as_json({"issues": [_shown(each) for each in known if each["key"] in keys]})
        wanted = re.fullmatch(r'labels = "(ma[0-9a-f]{32})" OR description ~ "\1"', jql)
        if wanted is None:
            self.violations.append(f"JQL: {jql}")
            return as_json({"errorMessages": ["Error in the JQL Query"], "errors": {}}, status=400)
        fitting = [each for each in known if wanted[1] in json.dumps(each["fields"])]
        return as_json({"issues": [_shown(each) for each in fitting]})

    def _people(self, asked: Asked) -> Reply:
        query = parse_qs(urlsplit(asked.path).query)
        wanted = query["query" if self.cloud else "username"][0]
        found = {email: name for email, name in self.people.items() if email.startswith(wanted)}
        names = "accountId" if self.cloud else "name"
        shown = {} if self.hides_addresses else {"emailAddress": wanted}
        return as_json([{names: name, "active": True, **shown} for name in found.values()])

    def _named(self, asked: Asked) -> dict[str, Any] | None:
        path = urlsplit(asked.path).path.removeprefix(f"{self._api}/issue/")
        return self.issue(unquote(path.split("/")[0]))

    def _check_server(self, asked: Asked) -> None:
        """There is no machine-readable description of Server's API: what its documents say, by hand."""
        parts = urlsplit(asked.path)
        path = parts.path.removeprefix(f"{self._api}/")
        assert path != parts.path, f"{path} is not of REST v2"
        if path in SERVER_QUERIES:
            assert set(parse_qs(parts.query)) <= SERVER_QUERIES[path], parts.query
        if asked.method in ("POST", "PUT"):
            assert asked.headers["content-type"] == "application/json"
            assert set(asked.json()) <= {"fields", "transition"}
        if asked.body and "fields" in asked.json():
            self._check_fields(asked.json()["fields"])

    def _check_fields(self, fields: dict[str, Any]) -> None:
        assert isinstance(fields["description"], str), "v2 wants text, not a document"
        assert len(fields["summary"]) <= 255
        assert "\n" not in fields["summary"]
        assert set(fields.get("assignee") or {}) <= {"name"}
        assert all(" " not in label for label in fields.get("labels", []))


def _shown(issue: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": issue["id"],
        "key": issue["key"],
        "fields": issue["fields"] | {"status": _status(issue["status"])},
    }


def _status(way: str) -> dict[str, Any]:
    name, category = STATUSES[way]
    return {"name": name, "statusCategory": {"key": category}}


def _refused(**errors: str) -> Reply:
    return as_json({"errorMessages": [], "errors": errors}, status=400)


def _gone() -> Reply:
    words = "Issue does not exist or you do not have permission to see it."
    return as_json({"errorMessages": [words], "errors": {}}, status=404)
