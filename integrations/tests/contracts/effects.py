"""The contracts whose calls have effects outside: tickets, chat and mail."""

from datetime import date
from typing import Any

from integrations.contracts.chat import Chat, Post
from integrations.contracts.mail import Attachment, Mail, Message
from integrations.contracts.tickets import TicketDraft, Tickets
from integrations.tests.contracts.options import ProviderSuite


def draft(key: str, **changes: Any) -> TicketDraft:
    values = {"title": "Update the runbook", "body": "Said at 00:41.", "assignee_email": "d@example.com"}
    return TicketDraft(due=date(2026, 11, 17), key=key, **(values | changes))


class TicketsSuite(ProviderSuite):
    def test_a_ticket_is_found_by_its_key_with_the_same_id_and_address(self, provider: Tickets) -> None:
        ticket = provider.open(draft("task-1/tickets"))
        assert ticket.id
        assert ticket.url
        assert provider.find("task-1/tickets") == [ticket]

    def test_a_ticket_without_a_day_is_opened_too(self, provider: Tickets) -> None:
        ticket = provider.open(TicketDraft("Call Northwind", "", "", None, "task-2/tickets"))
        assert provider.find("task-2/tickets") == [ticket]

    def test_a_key_that_was_never_used_finds_nothing(self, provider: Tickets) -> None:
        provider.open(draft("task-1/tickets"))
        assert provider.find("task-9/tickets") == []

    def test_all_tickets_with_one_key_are_found(self, provider: Tickets) -> None:
        both = [provider.open(draft("task-1/tickets")), provider.open(draft("task-1/tickets"))]
        assert sorted(t.id for t in provider.find("task-1/tickets")) == sorted(t.id for t in both)
        assert both[0].id != both[1].id


class ChatSuite(ProviderSuite):
    def test_two_posts_have_two_ids(self, provider: Chat) -> None:
        first = provider.post(Post("#team", "The report is ready.", "meeting-1/chat"))
        second = provider.post(Post("#team", "The report is ready.", "meeting-2/chat"))
        assert first.id
        assert first.id != second.id


CALENDAR = Attachment(
    "tasks.ics",
    "text/calendar; method=PUBLISH; charset=utf-8",
    "BEGIN:VCALENDAR\r\nSUMMARY:Grüße\r\nEND:VCALENDAR\r\n",
)


class MailSuite(ProviderSuite):
    def test_a_file_goes_along(self, provider: Mail) -> None:
        message = Message(
            "d@example.com", "Your tasks", "One.", "<p>One.</p>", key="k", attachments=(CALENDAR,)
        )
        assert provider.send(message).id

    def test_two_messages_have_two_receipts(self, provider: Mail) -> None:
        first = provider.send(Message("d@example.com", "Your tasks", "One task.", key="task-1/mail"))
        second = provider.send(Message("d@example.com", "Your tasks", "One task.", key="task-2/mail"))
        assert first.id
        assert first.id != second.id
