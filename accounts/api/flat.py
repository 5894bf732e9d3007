"""`/api/v1/auth/*`, `/api/v1/users/*`: accounts in the flat dialect."""

from accounts.api import credentials, profiles
from core.dialects import FlatView

urlpatterns = [
    *credentials.routes(FlatView),
    *profiles.routes(FlatView),
]
