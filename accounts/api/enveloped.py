"""`/v1/auth/*`, `/v1/users/*`: accounts in the enveloped dialect."""

from accounts.api import credentials, profiles
from core.dialects import EnvelopedView

urlpatterns = [
    *credentials.routes(EnvelopedView),
    *profiles.routes(EnvelopedView),
]
