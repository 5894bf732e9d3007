"""What every mount offers of accounts: a feature is one line here, and a route one line in its feature."""

from django.urls import URLPattern

from accounts.api import credentials, devices, leaving, mailed, profiles
from core.dialects import DialectView

FEATURES = (credentials, devices, mailed, profiles, leaving)


def routes(speaking: type[DialectView]) -> list[URLPattern]:
    """The routes of all features in one dialect; what a single document has stands in its own module."""
    return [route for feature in FEATURES for route in feature.routes(speaking)]
