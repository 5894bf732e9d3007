"""How a Jira is reached, and as whom: the server's token, a person's own, or their consent at Atlassian."""

import base64
from dataclasses import dataclass, field
from importlib.util import find_spec
from urllib.parse import urlsplit

from integrations.errors import Misconfigured
from integrations.http import Http

from .jira_sites import Cloud, Server, Site

DEPLOYMENTS = ("auto", "cloud", "server")
ATLASSIAN_HOSTS = (".atlassian.net", ".jira.com")


@dataclass(frozen=True)
class JiraOptions:
    """The first of `access_token`, `personal_token`, `email` with `api_token` that is set is used."""

    base_url: str = ""
    """The site, with its context path; what tickets' addresses begin with unless `site_url` is set."""
    email: str = ""
    """Cloud: the account's address. Server: its name."""
    api_token: str = field(default="", repr=False)
    """Cloud: an API token. Server: a password, where no personal token can be had."""
    personal_token: str = field(default="", repr=False)
    """Server and Data Center."""
    access_token: str = field(default="", repr=False)
    """A person's consent (OAuth 2.0); goes to `api_url`, for the site `cloud_id`."""
    cloud_id: str = ""
    site_url: str = ""
    api_url: str = "https://api.atlassian.com"
    deployment: str = "auto"
    timeout: float = 20.0
    """Seconds for an operation with all its requests."""

    @property
    def site(self) -> Site:
        return Cloud() if self._is_cloud else Server()

    @property
    def _is_cloud(self) -> bool:
        if self.deployment in ("cloud", "server"):
            return self.deployment == "cloud"
        host = urlsplit(self.base_url).hostname or ""
        return bool(self.cloud_id) or host.endswith(ATLASSIAN_HOSTS) or not self.personal_token

    @property
    def server(self) -> str:
        """Where requests go."""
        if self.cloud_id:
            return f"{self.api_url.rstrip('/')}/ex/jira/{self.cloud_id}"
        return self.base_url.rstrip("/")

    def page(self, key: str) -> str:
        """Where a person reads the issue."""
        return f"{(self.site_url or self.base_url).rstrip('/')}/browse/{key}"

    @property
    def http(self) -> Http:
        return Http(self.server, "Jira", headers={"Authorization": self._authorization})

    @property
    def secrets(self) -> tuple[str, ...]:
        given = (self.access_token, self.personal_token, self.api_token, self._authorization.split(" ")[1])
        return tuple(each for each in given if each)

    @property
    def _authorization(self) -> str:
        if self.access_token or self.personal_token:
            return f"Bearer {self.access_token or self.personal_token}"
        pair = f"{self.email}:{self.api_token}".encode()
        return f"Basic {base64.b64encode(pair).decode()}"

    def check(self) -> None:
        """Raises Misconfigured where a call could not be made."""
        if self.deployment not in DEPLOYMENTS:
            raise Misconfigured(f"JIRA_DEPLOYMENT is one of {', '.join(DEPLOYMENTS)}.")
        for address in (self.server, self.page("")):
            if urlsplit(address).scheme not in ("http", "https"):
                raise Misconfigured("The address of Jira is missing: JIRA_BASE_URL, or a connection's site.")
        if not (self.access_token or self.personal_token or (self.email and self.api_token)):
            raise Misconfigured(
                "The credentials of Jira are missing: JIRA_EMAIL and JIRA_API_TOKEN (Cloud), or "
                "JIRA_PERSONAL_TOKEN (Server, Data Center)."
            )
        if find_spec("jira") is None:
            raise Misconfigured("The jira library is missing; install with make setup.")
