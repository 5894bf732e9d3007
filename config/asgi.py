"""The ASGI application that uvicorn and daphne serve: REST, admin and sockets."""

import os
import tempfile

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django_application = get_asgi_application()

from channels.routing import ProtocolTypeRouter  # noqa: E402
from django.conf import settings  # noqa: E402

from config.limits import BodyLimits  # noqa: E402
from config.sockets import router  # noqa: E402
from core import incoming, processes  # noqa: E402
from core.arrival import Arrivals  # noqa: E402
from core.body_digest import BodyDigests  # noqa: E402
from core.waiting import PreferWait  # noqa: E402

processes.require_a_way_between_them()
processes.discover_actors()

# Django spools bodies to Python's default folder, often a small tmpfs: let it be the disk of the uploads.
tempfile.tempdir = str(settings.FILE_UPLOAD_TEMP_DIR)
incoming.sweep(settings.FILE_UPLOAD_TEMP_DIR)

application = ProtocolTypeRouter(
    {"http": BodyLimits(Arrivals(BodyDigests(PreferWait(django_application)))), "websocket": router}
)
