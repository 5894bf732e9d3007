"""Letters of the account: who asked for one gets it once, and its link is made only when it is sent.

They go through the ledger of effects; `compose` is what the worker asks right before it sends one.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from accounts.errors import AlreadyVerified, NoMail, TooManyLetters
from accounts.models import MailedToken, User
from accounts.services import mailed_tokens, spelling
from accounts.services.mailed_tokens import Purpose
from core import jobs
from integrations import registry
from integrations.composers import Letter, NotWanted, written_by
from integrations.models import Effect
from integrations.services import effects
from integrations.services.effects import Intent
from notifications import messages

COMPOSER = "accounts.letters"
ANSWER = "accounts.answer_reset_request"
PAGES = {Purpose.VERIFY_EMAIL: "account/verify-email", Purpose.RESET_PASSWORD: "account/reset-password"}
OVERLOOKED = timedelta(seconds=10)
"""After which the sweep takes it that the hint at a request was lost."""


def welcome(user: User) -> None:
    """Ask a newcomer to verify; without a mail provider the ledger says that nothing was sent.

    Call inside the transaction that makes the account.
    """
    _send(mailed_tokens.issue(user, Purpose.VERIFY_EMAIL))


@transaction.atomic
def ask_to_verify(user: User) -> None:
    """Send a new link to the person's address. Raises NoMail, AlreadyVerified, TooManyLetters."""
    if user.is_verified:
        raise AlreadyVerified
    _require_mail()
    _one_at_a_time(User.objects.filter(pk=user.pk))
    _send(mailed_tokens.issue(user, Purpose.VERIFY_EMAIL))


@transaction.atomic
def ask_for_reset(email: str) -> None:
    """Note that somebody wants to set the password of this address. Raises NoMail, BadAddress.

    Nothing is looked up here: whose address it is, if anybody's, the worker finds out, so that neither
    the answer nor its time tells.
    """
    _require_mail()
    asked = MailedToken.objects.create(
        purpose=Purpose.RESET_PASSWORD,
        email=spelling.address(email),
        expires_at=timezone.now() + mailed_tokens.lifetime(Purpose.RESET_PASSWORD),
    )
    jobs.enqueue(ANSWER, str(asked.pk))


@transaction.atomic
def answer_reset_request(asked_id: str) -> None:
    """Send the link if the address is somebody's; else forget that anybody asked. In the worker."""
    unanswered = MailedToken.objects.filter(pk=asked_id, user__isnull=True)
    asked = unanswered.first()
    if asked is None:
        return
    user = _one_at_a_time(User.objects.filter(email=asked.email, is_active=True))
    if user is None or not spelling.is_allowed(user.email) or _has_enough(user):
        unanswered.delete()
    elif unanswered.update(user=user, updated_at=Now()):
        asked.user = user
        _send(asked)


def sweep() -> int:
    """A chore: hint again at requests whose hint was lost; how many there were."""
    waiting = MailedToken.objects.filter(user__isnull=True, created_at__lt=Now() - OVERLOOKED)
    ids = list(waiting.order_by("created_at").values_list("pk", flat=True)[:200])
    for asked_id in ids:
        jobs.enqueue(ANSWER, str(asked_id))
    return len(ids)


def compose(token_id: str) -> Letter:
    """The letter of a MailedToken, with its link. Raises NotWanted."""
    mailed = mailed_tokens.good().select_related("user").filter(pk=token_id).first()
    if mailed is None:
        raise NotWanted("The link is not good any more: replaced, expired, or the account has changed.")
    user, page = mailed.user, PAGES[Purpose(mailed.purpose)]
    if mailed.purpose == Purpose.VERIFY_EMAIL and user.is_verified:
        raise NotWanted("The address is verified already.")
    link = f"{settings.PUBLIC_URL.rstrip('/')}/{page}?token={mailed_tokens.sign(mailed)}"
    write = messages.verification if mailed.purpose == Purpose.VERIFY_EMAIL else messages.password_reset
    text = write(user.name, link, good_for=mailed_tokens.lifetime(mailed.purpose))
    return Letter(text.subject, text.text, text.html)


def _send(mailed: MailedToken) -> None:
    effects.intend(
        Intent(
            Effect.Kind.MAIL,
            [str(mailed.pk)],
            mailed.email,
            written_by(COMPOSER, mailed.pk),
            owner_id=mailed.user_id,
            provider=_served_by(),
        )
    )


def _served_by() -> str:
    """Alias of the mail provider for letters of the account; empty where there is none."""
    return next(iter(registry.aliases(Effect.Kind.MAIL)), settings.ACCOUNT_MAIL_OTHERWISE)


def _require_mail() -> None:
    if not _served_by():
        raise NoMail


def _one_at_a_time(holder: QuerySet[User]) -> User | None:
    """Whose letters are counted: nobody else counts them until the one that may follow is written down."""
    return holder.select_for_update(no_key=True).first()


def _has_enough(user: User) -> bool:
    try:
        mailed_tokens.require_few(user, Purpose.RESET_PASSWORD)
    except TooManyLetters:
        return True
    return False
