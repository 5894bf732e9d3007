"""Being signed in: a session starts with a log-in, its tokens are renewed, and somebody ends it."""

from collections.abc import Collection
from contextlib import suppress
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from rest_framework_simplejwt.tokens import AccessToken

from accounts.errors import BadCredentials, SessionNotFound
from accounts.models import HandOff, Session, User
from accounts.services import admin_logins, tokens
from accounts.services.accounts import require_allowed_domain
from accounts.services.tokens import Presented, Tokens
from core import audit, bearer, callers, realtime
from core.bearer import SESSION_CLAIM, NotSignedIn
from core.sockets import CLOSE_CODES

KEPT = timedelta(days=30)
"""How long a session that is over is shown to its owner and to staff."""

Ended = Session.Ended


@transaction.atomic
def start(user: User, *, provider: str = "password") -> Tokens:
    """Sign in on the device that calls.

    `user` is as the proof found them: a password that was changed, or an account that was closed, since then
    has ended all sessions, and this one must not slip in behind. Raises BadCredentials.
    """
    as_proven = User.objects.filter(pk=user.pk, password=user.password, is_active=True)
    if not as_proven.update(last_login=Now()):
        raise BadCredentials
    caller = callers.present()
    session = Session.objects.create(
        user=user,
        provider=provider,
        address=caller.address,
        user_agent=caller.user_agent,
        refreshed_at=Now(),
        expires_at=tokens.lifetime_ends(),
    )
    audit.record(audit.Action.SIGNED_IN, actor=user.pk, subject=user.pk, provider=provider)
    return tokens.sign(session)


def refresh(refresh_token: str) -> tuple[User, Tokens]:
    """New tokens for old ones; the old refresh token is used up, and coming again it ends the session.

    Raises BadCredentials, DomainNotAllowed.
    """
    presented = tokens.read(refresh_token)
    session = _live().select_related("user").filter(pk=presented.session_id, user=presented.user_id).first()
    if session is None:
        raise BadCredentials
    require_allowed_domain(session.user.email)
    session.refresh_id = _exchanged(presented)
    return session.user, tokens.sign(session)


def _exchanged(presented: Presented) -> UUID:
    """The id of the refresh token that follows. One conditional UPDATE: of two who come at once, one wins.

    Its conditions are on the row alone. With a join they would stand in a subquery, which PostgreSQL does not
    look at again after waiting for the other one's commit.
    """
    caller, following = callers.present(), uuid4()
    family = Session.objects.filter(pk=presented.session_id, ended_at__isnull=True)
    won = family.filter(refresh_id=presented.refresh_id).update(
        refresh_id=following,
        refreshed_at=Now(),
        expires_at=tokens.lifetime_ends(),
        address=caller.address,
        user_agent=caller.user_agent,
        updated_at=Now(),
    )
    if not won:
        if end(family, Ended.TOKEN_REUSED):
            audit.record(
                audit.Action.TOKEN_REUSED, subject=presented.user_id, session=str(presented.session_id)
            )
        raise BadCredentials
    return following


@transaction.atomic
def end(sessions: QuerySet[Session], because: Session.Ended) -> int:
    """End those of `sessions` that go on: their tokens are void and their sockets close, on every process."""
    ending = list(sessions.filter(ended_at__isnull=True).values_list("pk", flat=True))
    ended = 0
    for session_id in ending:
        row = Session.objects.filter(pk=session_id, ended_at__isnull=True)
        if row.update(ended_at=Now(), ended_because=because, updated_at=Now()):
            ended += 1
            code = CLOSE_CODES[NotSignedIn.kind]
            realtime.hang_up(bearer.group_of(session_id), code=code, reason=bearer.SESSION_ENDED)
    return ended


@transaction.atomic
def log_out(user: User, session_id: UUID | str, *, refresh_token: str | None = None) -> None:
    """End the session that the caller's token belongs to, and the one of the refresh token they hand in.

    A refresh token that is no good or somebody else's changes nothing (RFC 7009, 2.2).
    """
    leaving = {UUID(str(session_id))}
    if refresh_token:
        with suppress(BadCredentials):
            leaving.add(tokens.read(refresh_token).session_id)
    end(Session.objects.filter(user=user, pk__in=leaving), Ended.LOGGED_OUT)
    audit.record(audit.Action.SIGNED_OUT, actor=user.pk, subject=user.pk, session=str(session_id))


@transaction.atomic
def sign_out(user: User, session_id: UUID) -> None:
    """End one of the user's sessions from another. Raises SessionNotFound."""
    if not end(of(user).filter(pk=session_id), Ended.SIGNED_OUT):
        raise SessionNotFound
    audit.record(audit.Action.SIGNED_OUT, actor=user.pk, subject=user.pk, session=str(session_id))


@transaction.atomic
def end_all(user: User, because: Session.Ended) -> int:
    """End all sessions of the user; one-time codes start none any more. How many there were."""
    HandOff.objects.good().filter(user=user).use_up()
    return end(Session.objects.filter(user=user), because)


@transaction.atomic
def end_all_and_admin(user: User, because: Session.Ended) -> int:
    """The same with the log-ins to the admin."""
    return end_all(user, because) + admin_logins.end(user)


@transaction.atomic
def sign_out_everywhere(user: User) -> int:
    """The user ends all their sessions, the calling one with them; how many there were."""
    ended = end_all_and_admin(user, Ended.SIGNED_OUT)
    audit.record(audit.Action.SIGNED_OUT, actor=user.pk, subject=user.pk, sessions=ended)
    return ended


def recognise(token: AccessToken) -> User | None:
    """The user of an access token, if its session goes on: one look-up by primary key, the user joined."""
    try:
        session_id, user_id = UUID(token[SESSION_CLAIM]), UUID(token["sub"])
    except (KeyError, ValueError, AttributeError, TypeError):
        return None
    session = _live().select_related("user").filter(pk=session_id, user=user_id).first()
    return session and session.user


def going_on(session_ids: Collection[str]) -> set[str]:
    """Which of these sessions go on, whose user is active: one look-up by primary keys."""
    return {str(pk) for pk in _live().filter(pk__in=session_ids).values_list("pk", flat=True)}


def of(user: User) -> QuerySet[Session]:
    """The sessions that go on, the one used last first."""
    return _live().filter(user=user)


def forget_old() -> int:
    """A chore: sessions that were over `KEPT` ago."""
    before = Now() - KEPT
    return Session.objects.filter(Q(expires_at__lt=before) | Q(ended_at__lt=before)).delete()[0]


def _live() -> QuerySet[Session]:
    return Session.objects.filter(ended_at__isnull=True, expires_at__gt=Now(), user__is_active=True)
