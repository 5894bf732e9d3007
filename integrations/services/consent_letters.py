"""The one mail that tells a person that an account of theirs has to be connected anew."""

from django.conf import settings
from django.db.models import F

from integrations import registry
from integrations.composers import Letter, NotWanted, written_by
from integrations.models import Connection, Effect
from integrations.services import effects
from integrations.services.effects import Intent

COMPOSER = "integrations.consent"
TEXT = """Hello,

{reason}

What waits for it goes on waiting for a day, and nothing is lost by connecting it again before that:
{link}

If you do not use this account here any more, there is nothing to do.
"""


def ask(connection: Connection) -> None:
    """Have the mail sent, once for each time that the connection lapses. Call inside the transaction."""
    person = Connection.objects.filter(pk=connection.pk).values(email=F("owner__email")).get()
    effects.intend(
        Intent(
            Effect.Kind.MAIL,
            [f"{connection.pk}.{connection.refreshes}"],
            person["email"],
            written_by(COMPOSER, connection.pk),
            owner_id=connection.owner_id,
            provider=next(iter(registry.aliases(Effect.Kind.MAIL)), settings.ACCOUNT_MAIL_OTHERWISE),
        )
    )


def compose(connection_id: str) -> Letter:
    """What it says when it goes out. Raises NotWanted where the account is connected again, or ended."""
    connection = Connection.objects.filter(pk=connection_id, status=Connection.Status.NEEDS_CONSENT).first()
    if connection is None:
        raise NotWanted("The account has been connected again, or is not wanted any more.")
    text = TEXT.format(reason=connection.reason, link=settings.FRONTEND_URL or settings.PUBLIC_URL)
    return Letter(f"Please connect your {connection.get_vendor_display()} account again", text)
