"""Named points at which a test kills this process (`FAULT=transcribe:before_save`), or freezes it (`…@stop`).

That happens once for each point and FAULT_DIR, so that the restarted process gets further.
"""

import os
import signal
from pathlib import Path

from django.conf import settings

_FROZEN = "@stop"


def reach(point: str) -> None:
    """Die by SIGKILL or freeze by SIGSTOP here, if the settings name this point and it has not fired yet."""
    if settings.FAULT:
        named = settings.FAULT.split(",")
        if point in named:
            _fire(point, signal.SIGKILL)
        elif point + _FROZEN in named:
            _fire(point, signal.SIGSTOP)


def _fire(point: str, how: signal.Signals) -> None:
    mark = Path(settings.FAULT_DIR) / point.replace(":", ".")
    try:
        descriptor = os.open(mark, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    except FileExistsError:
        return
    os.close(descriptor)
    os.kill(os.getpid(), how)
