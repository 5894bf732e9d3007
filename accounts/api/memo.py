"""`/api/v1/mobile/auth/*`, the same under `/web`: accounts in the memo dialect."""

from accounts.api import credentials, devices, profiles
from core.dialects import MemoView

urlpatterns = [
    *credentials.routes(MemoView),
    *devices.routes(MemoView),
    *profiles.routes(MemoView),
]
