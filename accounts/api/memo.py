"""`/api/v1/mobile/auth/*`, the same under `/web`: accounts in the memo dialect."""

from accounts.api import credentials, devices, leaving, mailed, profiles, provider_sign_in
from core.dialects import MemoView

urlpatterns = [
    *credentials.routes(MemoView),
    *devices.routes(MemoView),
    *mailed.routes(MemoView),
    *profiles.routes(MemoView),
    *leaving.routes(MemoView),
    *provider_sign_in.routes(MemoView),
]
