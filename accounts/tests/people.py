"""People with an account, and clients that have signed in as them, for the tests of every app."""

import uuid

from rest_framework.test import APIClient

from accounts.models import User
from accounts.services import sessions


def person(email: str | None = None, **fields) -> User:
    return User.objects.create_user(
        email or f"{uuid.uuid4().hex[:12]}@example.org", "a-long-password", **fields
    )


def client(person: User) -> APIClient:
    """Signed in with a token of theirs; an unforeseen error is an answer, as it is for users."""
    signed_in = APIClient(raise_request_exception=False)
    signed_in.credentials(HTTP_AUTHORIZATION=f"Bearer {token(person)}")
    return signed_in


def token(person: User) -> str:
    return sessions.start(person).access
