"""The post office of tests: does what the worker does with letters, and reads the mail of people."""

import re

from accounts.models import MailedToken, User
from accounts.services import letters
from integrations import registry
from integrations.models import Effect
from integrations.services import delivery

SECRET = "correct horse battery"


def ann(**fields) -> User:
    return User.objects.create_user("ann@example.com", SECRET, **fields)


def deliver() -> None:
    """Answer whoever asked for a new password, and send what is queued."""
    for asked in MailedToken.objects.filter(user__isnull=True):
        letters.answer_reset_request(str(asked.pk))
    for effect in Effect.objects.filter(status=Effect.Status.QUEUED):
        delivery.deliver(str(effect.pk))


def sent() -> list[dict]:
    """All letters that went out, oldest first."""
    return [effect.payload for effect in registry.provider("mail", "memory").effects]


def token() -> str:
    """The token of the newest letter, once everything is delivered."""
    deliver()
    return re.search(r"\?token=(\S+)", sent()[-1]["text"])[1]


def token_to_verify(user: User) -> str:
    letters.ask_to_verify(user)
    return token()


def token_to_reset(user: User) -> str:
    letters.ask_for_reset(user.email)
    return token()
