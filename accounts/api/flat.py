"""`/api/v1/auth/*`, `/api/v1/users/*`: accounts in the flat dialect."""

from accounts.api import credentials, devices, leaving, mailed, profiles
from core.dialects import FlatView

urlpatterns = [
    *credentials.routes(FlatView),
    *devices.routes(FlatView),
    *mailed.routes(FlatView),
    *profiles.routes(FlatView),
    *leaving.routes(FlatView),
]
