"""Who serves tickets, mail and chat is read off the credentials that are there, unless it is named."""

import importlib
from typing import Any

import pytest

from config import env
from config.settings import providers

pytestmark = pytest.mark.once


@pytest.fixture
def served_by(monkeypatch: pytest.MonkeyPatch):
    """`served_by(SMTP_HOST=...)` reads the settings anew with those variables."""

    def read(**variables: str) -> dict[str, Any]:
        for name, value in variables.items():
            monkeypatch.setattr(env, name, value)
        return importlib.reload(providers).SERVED_BY

    for name in (
        "TICKETS_PROVIDER",
        "JIRA_BASE_URL",
        "ASANA_TOKEN",
        "MAIL_PROVIDER",
        "CHAT_PROVIDER",
        "SMTP_HOST",
        "SENDGRID_API_KEY",
        "SLACK_BOT_TOKEN",
    ):
        monkeypatch.setattr(env, name, "")
    yield read
    monkeypatch.undo()
    importlib.reload(providers)


@pytest.mark.parametrize(
    ("variables", "mail"),
    [
        ({}, []),
        ({"SENDGRID_API_KEY": "SG.x"}, ["sendgrid"]),
        ({"SENDGRID_API_KEY": "SG.x", "SMTP_HOST": "mail.example"}, ["smtp"]),
        ({"SENDGRID_API_KEY": "SG.x", "MAIL_PROVIDER": "console"}, ["console"]),
    ],
)
def test_mail_goes_by_smtp_then_sendgrid(served_by, variables: dict[str, str], mail: list[str]) -> None:
    assert served_by(**variables)["mail"] == mail


@pytest.mark.parametrize(
    ("variables", "chat"),
    [
        ({"SLACK_WEBHOOK_URL": ""}, []),
        ({"SLACK_WEBHOOK_URL": "https://hooks.example/services/x"}, ["slack_webhook"]),
        ({"SLACK_WEBHOOK_URL": "https://hooks.example/services/x", "SLACK_BOT_TOKEN": "xoxb"}, ["slack"]),
        ({"SLACK_BOT_TOKEN": "xoxb", "CHAT_PROVIDER": "memory"}, ["memory"]),
    ],
)
def test_posts_go_by_the_bot_then_the_webhook(served_by, variables: dict[str, str], chat: list[str]) -> None:
    assert served_by(**variables)["chat"] == chat


@pytest.mark.parametrize(
    ("variables", "tickets"),
    [
        ({}, []),
        ({"ASANA_TOKEN": "x"}, ["asana"]),
        ({"ASANA_TOKEN": "x", "JIRA_BASE_URL": "https://ours.atlassian.net"}, ["jira"]),
        ({"JIRA_BASE_URL": "https://ours.atlassian.net", "TICKETS_PROVIDER": "asana"}, ["asana"]),
    ],
)
def test_tickets_are_opened_in_jira_then_asana(
    served_by, variables: dict[str, str], tickets: list[str]
) -> None:
    assert served_by(**variables)["tickets"] == tickets
