"""`/api/v1/mobile/auth/*`, the same under `/web`: accounts in the memo dialect."""

from accounts.api import features, provider_sign_in
from core.dialects import MemoView

urlpatterns = [*features.routes(MemoView), *provider_sign_in.routes(MemoView)]
