"""An Asana that keeps its tasks, judged by Asana's description.

`is_app`: the token is an app's (OAuth), so that `external` is kept; a personal one has it refused, or ignored
where `ignores_external`. `people` are its users, by address.
"""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from integrations.tests.vendors.committing import CommittingVendor
from integrations.tests.vendors.described import Description
from integrations.tests.vendors.server import Asked, Reply, as_json

BASE = "/api/1.0"
PAGE = 100


class AsanaVendor(CommittingVendor):
    def __init__(self, *, is_app: bool = False, authorization: str = "") -> None:
        super().__init__(Description("asana", BASE).check)
        self.is_app = is_app
        self.ignores_external = False
        self.authorization = authorization
        self.people: dict[str, str] = {"d@example.com": "501"}
        self.unassignable: set[str] = set()
        self.refuses_dates = False
        self.page = PAGE
        self.private: set[str] = set()
        """Tasks that the token may not see."""
        self.route("POST", f"{BASE}/tasks", self.changing(self._create))
        self.route("PUT", f"{BASE}/tasks/", self.changing(self._edit))
        self.route("GET", f"{BASE}/tasks", self._list)
        self.route("GET", f"{BASE}/tasks/", lambda asked: self._read(_last(asked)))
        self.route("GET", f"{BASE}/users/", self._user)
        self.route("POST", f"{BASE}/batch", self._batch)

    def answer(self, asked: Asked) -> Reply:
        if self.authorization and asked.headers.get("authorization") != self.authorization:
            self.asked.append(asked)
            return _refused(401, "Not Authorized")
        return super().answer(asked)

    def _create(self, asked: Asked) -> Reply:
        data = asked.json()["data"]
        wrong = self._wrong(data)
        if wrong:
            return _refused(400, wrong)
        gid = str(1200 + len(self.committed))
        address = f"https://app.asana.com/0/{data['projects'][0]}/{gid}"
        task = {"completed": False, **data, "gid": gid, "permalink_url": address}
        if self.ignores_external:
            task.pop("external", None)
        self.committed.append(task)
        return as_json({"data": task}, status=201)

    def _edit(self, asked: Asked) -> Reply:
        task = self._task(_last(asked))
        data = asked.json()["data"]
        wrong = self._wrong(data)
        if task is None or wrong:
            return _refused(400, wrong) if wrong else _gone()
        task.update(data)
        return as_json({"data": task})

    def _wrong(self, data: dict[str, Any]) -> str:
        if data.get("assignee") and data["assignee"] not in set(self.people.values()) - self.unassignable:
            return "assignee: Not a user in Organization: 7"
        if data.get("due_on") and self.refuses_dates:
            return "due_on: Due dates are not available here"
        gid = data.get("external", {}).get("gid")
        if gid and not self.is_app and not self.ignores_external:
            return "external: Only available to apps"
        if gid and self._task(f"external:{gid}"):
            return "external: This gid is used already"
        return ""

    def _list(self, asked: Asked) -> Reply:
        query = parse_qs(urlsplit(asked.path).query)
        start = int(query.get("offset", ["0"])[0])
        tasks = [each for each in self.seen() if query["project"][0] in each["projects"]]
        more = start + self.page < len(tasks)
        next_page = {"offset": str(start + self.page)} if more else None
        return as_json({"data": tasks[start : start + self.page], "next_page": next_page})

    def _read(self, gid: str) -> Reply:
        task = self._task(gid)
        if task is None:
            return _gone()
        if task["gid"] in self.private:
            return _refused(403, "Forbidden")
        return as_json({"data": task})

    def _user(self, asked: Asked) -> Reply:
        gid = self.people.get(_last(asked))
        return as_json({"data": {"gid": gid}}) if gid else _gone()

    def _batch(self, asked: Asked) -> Reply:
        actions = asked.json()["data"]["actions"]
        if len(actions) > 10:
            return _refused(400, "actions: Too many")
        replies = [self._read(action["relative_path"].removeprefix("/tasks/")) for action in actions]
        answers = [{"status_code": each.status, "headers": {}, "body": _body(each)} for each in replies]
        return as_json({"data": answers})

    def _task(self, gid: str) -> dict[str, Any] | None:
        if gid.startswith("external:"):
            wanted = {"gid": gid.removeprefix("external:")}
            return next((each for each in self.committed if each.get("external") == wanted), None)
        return next((each for each in self.committed if each["gid"] == gid), None)


def _last(asked: Asked) -> str:
    return unquote(urlsplit(asked.path).path.rsplit("/", 1)[1])


def _body(reply: Reply) -> Any:
    return Asked("", "", {}, reply.body).json()


def _refused(status: int, words: str) -> Reply:
    return as_json({"errors": [{"message": words}]}, status=status)


def _gone() -> Reply:
    return _refused(404, "task: Unknown object: 1")
