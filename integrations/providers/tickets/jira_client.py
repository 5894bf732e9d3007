"""The `jira` library, sending through our carrier. Imported only where a Jira is really called."""

import io
import json
from typing import Any

from jira import JIRA, JIRAError
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from .carrier import Carrier


class CarrierAdapter(BaseAdapter):
    """What `requests` sends through in the place of its own connections. Only a 2xx comes back from it."""

    def __init__(self, carrier: Carrier):
        super().__init__()
        self._carrier = carrier

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        answer = self._carrier.carry(request.method, request.url, request.headers, request.body)
        response = Response()
        response.status_code = answer.status
        response.headers = CaseInsensitiveDict(answer.headers)
        # The body is decoded already; requests would do it again.
        response.headers.pop("content-encoding", None)
        response.raw = io.BytesIO(answer.body)
        response.url = request.url
        response.request = request
        return response

    def close(self) -> None:
        """No connection is kept."""


class JiraClient:
    """The few calls that we make. They raise our own errors, and ValueError and such for another shape."""

    def __init__(self, server: str, api: str, carrier: Carrier):
        self._jira = JIRA(
            server=server,
            options={"rest_api_version": api},
            max_retries=0,
            get_server_info=False,
            logging=False,
        )
        session = self._jira._session
        session.trust_env = False  # .netrc would add credentials of its own
        session.adapters.clear()
        session.mount("https://", CarrierAdapter(carrier))
        session.mount("http://", CarrierAdapter(carrier))

    def create(self, fields: dict[str, Any]) -> str:
        """The new issue's key."""
        try:
            return self._jira.create_issue(fields=fields, prefetch=False).raw["key"]
        except JIRAError:  # a 2xx without a key; the library quotes all that was sent
            raise ValueError("no key") from None

    def issue(self, key: str, fields: str) -> dict[str, Any]:
        """`key` and `fields` of one issue."""
        return self._jira.issue(key, fields=fields).raw

    def transitions(self, key: str) -> list[dict[str, Any]]:
        return self._jira.transitions(key)

    def read(self, path: str, params: dict[str, Any]) -> Any:
        """The library's own searches ask for all fields first, or send parameters that Jira does not know."""
        return self._jira._get_json(path, params=params)

    def edit(self, key: str, fields: dict[str, Any]) -> None:
        """The library's own would then read the issue again, from whatever address Jira's answer names."""
        self._jira._session.put(self._jira._get_url(f"issue/{key}"), data=json.dumps({"fields": fields}))

    def move(self, key: str, transition: str) -> None:
        """The library sends the transition's id as a number, which Jira describes as a string."""
        body = json.dumps({"transition": {"id": transition}})
        self._jira._session.post(self._jira._get_url(f"issue/{key}/transitions"), data=body)
