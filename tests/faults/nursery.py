"""A process that keeps one real worker alive by forking it, so that a kill costs milliseconds.

`python -m tests.faults.nursery`: Django is set up once; each child is a whole worker that may be killed at
any point, while database, files and ledger stay. It ends by SIGTERM, or when its stdin closes.
"""

import os
import signal
import sys
import threading
from pathlib import Path

import django


def main() -> None:
    django.setup()
    from core.processes import discover_actors

    discover_actors()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    while True:
        child = os.fork()
        if child == 0:
            Path(os.environ["WORKER_PID"]).write_text(str(os.getpid()))
            _work()
        os.waitpid(child, 0)


def _end_with_parent() -> None:
    sys.stdin.read()
    os.killpg(os.getpgid(0), signal.SIGKILL)


def _work() -> None:
    from core.scheduler import Scheduler
    from core.worker import WorkingProcess

    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=Scheduler().run, daemon=True).start()
    WorkingProcess().run()
    os._exit(0)


if __name__ == "__main__":
    main()
