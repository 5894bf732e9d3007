"""The contracts of chat and mail, whose calls have effects that nobody can look for."""

from integrations.contracts.chat import Chat, Post
from integrations.contracts.mail import Attachment, Mail, Message
from integrations.tests.contracts.options import ProviderSuite


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
