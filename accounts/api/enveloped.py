"""`/v1/auth/*`, `/v1/users/*`: accounts in the enveloped dialect."""

from accounts.api import credentials, devices, leaving, mailed, profiles
from core.dialects import EnvelopedView

urlpatterns = [
    *credentials.routes(EnvelopedView),
    *devices.routes(EnvelopedView),
    *mailed.routes(EnvelopedView),
    *profiles.routes(EnvelopedView),
    *leaving.routes(EnvelopedView),
]
