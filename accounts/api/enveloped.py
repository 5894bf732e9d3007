"""`/v1/auth/*`, `/v1/users/*`: accounts in the enveloped dialect."""

from accounts.api import features
from core.dialects import EnvelopedView

urlpatterns = features.routes(EnvelopedView)
