"""Named points at which a test kills this process (`FAULT=transcribe:before_save`).

The kill happens once for each point and FAULT_DIR, so that the restarted process gets further.
"""

import os
import signal
from pathlib import Path

from django.conf import settings


def reach(point: str) -> None:
    """Die by SIGKILL here, if the settings name this point and it has not fired yet."""
    if settings.FAULT and point in settings.FAULT.split(","):
        _fire(point)


def _fire(point: str) -> None:
    mark = Path(settings.FAULT_DIR) / point.replace(":", ".")
    try:
        descriptor = os.open(mark, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    except FileExistsError:
        return
    os.close(descriptor)
    os.kill(os.getpid(), signal.SIGKILL)
