"""`/api/v1/auth/*`, `/api/v1/users/*`: accounts in the flat dialect."""

from accounts.api import features
from core.dialects import FlatView

urlpatterns = features.routes(FlatView)
