"""Settings of a server that really hears, as the suite's have it otherwise."""

from config.settings.test import *  # noqa: F403
from config.settings.test import SERVED_BY

SERVED_BY = SERVED_BY | {"speech": ["whisper"]}
