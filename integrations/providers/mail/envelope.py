"""A contract message as an RFC 5322 mail; shared by providers that speak the mail format themselves."""

import hashlib
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import make_msgid

from integrations.contracts.mail import Attachment, Message
from integrations.errors import Misconfigured, Rejected

SEVEN_BIT = SMTP.clone(cte_type="7bit")
"""What every server takes, whether or not it announces 8BITMIME."""

PARSER_FAULTS = (HeaderParseError, LookupError, AttributeError, TypeError)
"""What the standard library's address parser raises for `a@`, `a:b:;` and ` .;`."""


def compose(message: Message, sender: str) -> EmailMessage:
    """The mail, ready to send: UTF-8, plain text with an HTML alternative and files where there are any.

    The Message-ID (RFC 5322, 3.6.4) is made of the key, so a repeat carries the same one. No header
    can be injected: addresses must be exactly one address, and white space in a subject is folded.
    Raises Rejected for a recipient, Misconfigured for a sender, that is not one address.
    """
    mail = EmailMessage(policy=SEVEN_BIT)
    try:
        mail["From"] = mailbox(sender)
    except ValueError as error:
        raise Misconfigured("The sender of outgoing mail is not a mail address.") from error
    try:
        mail["To"] = mailbox(message.to)
        if message.reply_to:
            mail["Reply-To"] = mailbox(message.reply_to)
    except ValueError as error:
        raise Rejected("The recipient is not one valid mail address.") from error
    mail["Subject"] = " ".join(message.subject.split())
    mail["Date"] = datetime.now(UTC)
    mail["Message-ID"] = message_id(message.key, mail["From"].addresses[0].domain)
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    if message.html:
        mail.add_alternative(message.html, subtype="html")
    for attachment in message.attachments:
        _attach(mail, attachment)
    return mail


def _attach(mail: EmailMessage, attachment: Attachment) -> None:
    """To the byte as it was written: calendars count octets and want CRLF (RFC 5545, 3.1)."""
    kind = SMTP.header_factory("content-type", attachment.media_type)
    mail.add_attachment(
        attachment.text.encode(),
        maintype=kind.maintype,
        subtype=kind.subtype,
        params={"charset": "utf-8"} | dict(kind.params),
        filename=attachment.name,
    )


def mailbox(text: str) -> Address:
    """One address, with or without a name. Raises ValueError for none, several, or control characters."""
    if not text.isprintable():
        raise ValueError("control characters in an address")
    try:
        header = SMTP.header_factory("to", text)
    except PARSER_FAULTS as error:
        raise ValueError("not one address") from error
    if len(header.addresses) != 1 or header.defects:
        raise ValueError("not one address")
    found = header.addresses[0]
    if not found.username or not found.domain:
        raise ValueError("not a whole address")
    domain = found.domain.encode("idna").decode("ascii")
    return Address(display_name=found.display_name, username=found.username, domain=domain)


def message_id(key: str, domain: str) -> str:
    """The Message-ID of an effect; a key is hashed because any character may stand in it."""
    if not key:
        return make_msgid(domain=domain)
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{domain}>"
