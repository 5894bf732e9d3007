"""The `asana` library, sending through our carrier. Imported only where Asana is really called."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from asana import ApiClient, BatchAPIApi, Configuration, TasksApi, UsersApi

from .carrier import Carrier

PAGE = 50
"""Tasks at once; with long notes more would not fit into the largest answer that is read."""


@dataclass(frozen=True)
class _Response:
    status: int
    data: bytes
    headers: Mapping[str, str]

    def getheaders(self) -> Mapping[str, str]:
        return self.headers


class CarriedApiClient(ApiClient):
    """The library's own would start threads and a pool of connections that retries, for each client."""

    def __init__(self, configuration: Configuration, carrier: Carrier):
        self.configuration = configuration
        self.default_headers: dict[str, str] = {}
        self.cookie = None
        self._carrier = carrier

    def request(
        self,
        method: str,
        url: str,
        query_params: Sequence[tuple[str, Any]] | None = None,
        headers: Mapping[str, str] | None = None,
        post_params: Any = None,
        body: Any = None,
        _preload_content: bool = True,
        _request_timeout: Any = None,
    ) -> _Response:
        """What the library calls for each request. Only a 2xx comes back."""
        whole = f"{url}?{urlencode(query_params)}" if query_params else url
        content = json.dumps(body) if body else None
        answer = self._carrier.carry(method, whole, headers or {}, content)
        return _Response(answer.status, answer.body, answer.headers)


class AsanaClient:
    """The few calls that we make. They raise our own errors, and KeyError and such for another shape."""

    def __init__(self, base_url: str, carrier: Carrier):
        client = CarriedApiClient(_configuration(base_url), carrier)
        self._tasks, self._users, self._batch = TasksApi(client), UsersApi(client), BatchAPIApi(client)

    def create(self, fields: dict[str, Any]) -> dict[str, Any]:
        return self._tasks.create_task({"data": fields}, {"opt_fields": "permalink_url"})

    def update(self, gid: str, fields: dict[str, Any]) -> dict[str, Any]:
        return self._tasks.update_task({"data": fields}, gid, {"opt_fields": "permalink_url"})

    def task(self, gid: str) -> dict[str, Any]:
        return self._tasks.get_task(gid, {"opt_fields": "notes,permalink_url"})

    def tasks(self, project: str, since: str) -> Iterator[dict[str, Any]]:
        """All tasks of a project that were changed since then, in pages."""
        fields = "notes,permalink_url"
        wanted = {"project": project, "modified_since": since, "opt_fields": fields, "limit": PAGE}
        return self._tasks.get_tasks(wanted)

    def user(self, email: str) -> dict[str, Any]:
        return self._users.get_user(email, {"opt_fields": "email"})

    def batch(self, actions: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Whole: the library would page the answer, with a parameter that Asana does not describe."""
        whole = self._batch.create_batch_request({"data": {"actions": actions}}, {}, full_payload=True)
        return whole["data"]


def _configuration(base_url: str) -> Configuration:
    """Without the handler that the library hangs on its own and urllib3's logger, past our redaction."""
    configuration = Configuration()
    for logger in configuration.logger.values():
        logger.removeHandler(configuration.logger_stream_handler)
    configuration.host = base_url.rstrip("/")
    return configuration
