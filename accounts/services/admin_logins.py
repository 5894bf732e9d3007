"""The cookies by which staff are logged in to the admin: beside our sessions, and ended with all of them."""

from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session as Cookie

from accounts.models import User


def end(user: User) -> int:
    """Log a person out of the admin in every browser; how many there were. Only staff have such cookies."""
    return forget(user.pk) if user.is_staff else 0


def forget(user_id: UUID) -> int:
    """The same for whoever may have been staff once. Django keeps no column for whose a cookie is."""
    theirs = [
        cookie.pk
        for cookie in Cookie.objects.iterator()
        if cookie.get_decoded().get(SESSION_KEY) == str(user_id)
    ]
    return Cookie.objects.filter(pk__in=theirs).delete()[0]
