"""How an effect of each kind is handed to a provider, and searched for where that is possible."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from .changes import change_of, described
from .composers import letter_of
from .contracts.bots import BotDraft
from .contracts.calendars import EntryDraft
from .contracts.chat import Post
from .contracts.documents import DocumentDraft
from .contracts.links import recognised
from .contracts.mail import Message
from .contracts.tickets import Place, TicketDraft, TicketState
from .models import Effect
from .services import webhooks


@dataclass(frozen=True)
class Sent:
    id: str
    url: str = ""


@dataclass(frozen=True)
class Sender:
    """`find` is None where vendors of this kind offer neither keys nor search.

    `repeatable`: the same call twice is one, so that a doubtful one is simply made again.
    """

    send: Callable[[Any, Effect], Sent]
    find: Callable[[Any, Effect], list[Sent]] | None = None
    repeatable: bool = False


def _key(effect: Effect) -> str:
    return str(effect.pk)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _open_ticket(provider, effect: Effect) -> Sent:
    payload = effect.payload
    ticket = provider.open(
        TicketDraft(
            title=payload["title"],
            body=payload["body"],
            assignee_email=payload["assignee_email"],
            due=_day(payload["due"]),
            key=_key(effect),
            place=_place(effect),
            assignee=payload.get("assignee", ""),
        )
    )
    return Sent(ticket.id, ticket.url)


def _find_tickets(provider, effect: Effect) -> list[Sent]:
    return [Sent(ticket.id, ticket.url) for ticket in provider.find(_key(effect), _place(effect))]


def _place(effect: Effect) -> Place:
    return Place(**effect.payload.get("place", {}))


def _update_ticket(provider, effect: Effect) -> Sent:
    """A ticket that was closed at the vendor stays so, unless the task was opened again by hand."""
    ticket_id, change = change_of(effect)
    if not change.done and not effect.payload.get("reopens"):
        states = provider.states([ticket_id])
        change = replace(change, done=states.get(ticket_id) == TicketState.DONE)
    ticket = provider.update(ticket_id, change)
    return Sent(ticket.id, ticket.url)


def _send_mail(provider, effect: Effect) -> Sent:
    letter = letter_of(effect.payload)
    receipt = provider.send(
        Message(
            to=effect.destination,
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            reply_to=letter.reply_to,
            key=_key(effect),
            attachments=letter.attachments,
        )
    )
    return Sent(receipt.id, receipt.url)


def _post(provider, effect: Effect) -> Sent:
    posted = provider.post(Post(effect.destination, effect.payload["text"], _key(effect)))
    return Sent(posted.id, posted.url)


def _add_entry(provider, effect: Effect) -> Sent:
    """In somebody's own calendar it is theirs already; from the server's they are invited."""
    entry = provider.add(
        _entry_draft(effect, effect.payload, "" if effect.connection_id else effect.destination)
    )
    return Sent(entry.id, entry.url)


def _update_entry(provider, effect: Effect) -> Sent:
    """As the task stands now; a description that says `removed` takes the entry away."""
    entry_id, description = described(effect)
    if description.get("removed"):
        provider.remove(entry_id)
        return Sent(entry_id)
    entry = provider.update(entry_id, _entry_draft(effect, description))
    return Sent(entry.id, entry.url)


def _entry_draft(effect: Effect, payload: dict[str, Any], attendee_email: str = "") -> EntryDraft:
    return EntryDraft(
        title=payload["title"],
        day=date.fromisoformat(payload["day"]),
        description=payload["description"],
        attendee_email=attendee_email,
        key=_key(effect),
        url=payload.get("url", ""),
        time_zone=payload.get("time_zone", ""),
    )


def _find_entries(provider, effect: Effect) -> list[Sent]:
    return [Sent(entry.id, entry.url) for entry in provider.find(_key(effect))]


def _create_document(provider, effect: Effect) -> Sent:
    letter = letter_of(effect.payload)
    document = provider.create(
        DocumentDraft(
            title=letter.subject,
            markdown=letter.text,
            folder=effect.destination,
            key=_key(effect),
        )
    )
    return Sent(document.id, document.url)


def _find_documents(provider, effect: Effect) -> list[Sent]:
    return [Sent(document.id, document.url) for document in provider.find(_key(effect))]


def _send_bot(provider, effect: Effect) -> Sent:
    payload = effect.payload
    draft = BotDraft(
        link=recognised(payload["link"]),
        name=payload["name"],
        key=_key(effect),
        webhook_url=payload["webhook_url"],
        longest=payload["longest"],
    )
    return Sent(provider.join(draft).id)


def _find_bots(provider, effect: Effect) -> list[Sent]:
    """Without its link where the meeting has been deleted: whoever sent it there looks on by itself."""
    link = recognised(effect.payload.get("link", ""))
    return [Sent(bot.id) for bot in provider.find(_key(effect), link)]


def _tell(provider, effect: Effect) -> Sent:
    return Sent(str(webhooks.carry_out(provider, effect)))


_CREATE, _UPDATE = Effect.Action.CREATE, Effect.Action.UPDATE
SENDERS: dict[tuple[str, str], Sender] = {
    (Effect.Kind.TICKETS, _CREATE): Sender(_open_ticket, _find_tickets),
    (Effect.Kind.TICKETS, _UPDATE): Sender(_update_ticket, repeatable=True),
    (Effect.Kind.MAIL, _CREATE): Sender(_send_mail),
    (Effect.Kind.CHAT, _CREATE): Sender(_post),
    (Effect.Kind.CALENDARS, _CREATE): Sender(_add_entry, _find_entries),
    (Effect.Kind.CALENDARS, _UPDATE): Sender(_update_entry, repeatable=True),
    (Effect.Kind.DOCUMENTS, _CREATE): Sender(_create_document, _find_documents),
    (Effect.Kind.BOTS, _CREATE): Sender(_send_bot, _find_bots),
    (Effect.Kind.WEBHOOKS, _CREATE): Sender(_tell, repeatable=True),
}


def sender_of(effect: Effect) -> Sender:
    return SENDERS[effect.kind, effect.action]
