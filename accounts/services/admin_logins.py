"""The cookies by which staff are logged in to the admin: beside our sessions, and ended with all of them."""

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session as Cookie

from accounts.models import User


def end(user: User) -> int:
    """Log a person out of the admin in every browser; how many there were. Only staff have such cookies."""
    if not user.is_staff:
        return 0
    theirs = [
        cookie.pk
        for cookie in Cookie.objects.iterator()
        if cookie.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    return Cookie.objects.filter(pk__in=theirs).delete()[0]
