"""Jira Cloud, Jira Server and Asana at the level of HTTP: the vendors' own libraries against their APIs."""

import json
from typing import Any

import pytest

from integrations.contracts.tickets import Place
from integrations.providers.tickets.asana import AsanaOptions, AsanaTickets
from integrations.providers.tickets.jira import JiraTickets
from integrations.providers.tickets.jira_options import JiraOptions
from integrations.tests.contracts.options import SECRET
from integrations.tests.contracts.tickets import TrackerSuite
from integrations.tests.vendors.asana import BASE, AsanaVendor
from integrations.tests.vendors.jira import JiraVendor

pytestmark = pytest.mark.once


class JiraSuite(TrackerSuite):
    place = Place(project="OPS", issue_type="Task")
    unknown_id = "OPS-99"

    def assignee(self, committed: dict[str, Any]) -> str:
        return next(iter((committed["fields"].get("assignee") or {}).values()), "")

    def said(self, committed: dict[str, Any]) -> str:
        return json.dumps(committed["fields"])


class TestJiraCloud(JiraSuite):
    without_credentials = {"api_token": ""}

    def make_server(self) -> JiraVendor:
        return JiraVendor()

    def make(self, server: JiraVendor, **options: Any) -> JiraTickets:
        given = {"base_url": server.url, "email": "bot@example.com", "api_token": SECRET}
        return JiraTickets(JiraOptions(**(given | options)))


class TestJiraServer(JiraSuite):
    without_credentials = {"personal_token": ""}

    def make_server(self) -> JiraVendor:
        return JiraVendor(cloud=False, base="/jira", authorization=f"Bearer {SECRET}")

    def make(self, server: JiraVendor, **options: Any) -> JiraTickets:
        given = {"base_url": f"{server.url}/jira/", "personal_token": SECRET}
        return JiraTickets(JiraOptions(**(given | options)))


class AsanaSuite(TrackerSuite):
    place = Place(project="77")
    unknown_id = "99"

    def assignee(self, committed: dict[str, Any]) -> str:
        return committed.get("assignee") or ""


class TestAsana(AsanaSuite):
    without_credentials = {"token": ""}

    def make_server(self) -> AsanaVendor:
        return AsanaVendor(authorization=f"Bearer {SECRET}")

    def make(self, server: AsanaVendor, **options: Any) -> AsanaTickets:
        return AsanaTickets(AsanaOptions(**({"base_url": server.url + BASE, "token": SECRET} | options)))


class TestAsanaByConsent(AsanaSuite):
    without_credentials = {"access_token": ""}
    opens_once = True

    def make_server(self) -> AsanaVendor:
        return AsanaVendor(is_app=True, authorization=f"Bearer {SECRET}")

    def make(self, server: AsanaVendor, **options: Any) -> AsanaTickets:
        given = {"base_url": server.url + BASE, "access_token": SECRET}
        return AsanaTickets(AsanaOptions(**(given | options)))

    def expected_in_lag(self, ticket: Any) -> list[list[Any]]:
        """`external.gid` is read, not searched."""
        return [[ticket], [ticket]]
