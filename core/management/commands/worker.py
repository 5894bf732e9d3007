import logging
import os

from django.core.management.base import BaseCommand

from core import line
from core.worker import WorkingProcess

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Runs the worker of one machine; `serve` starts it with a line of its own."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--line", type=int, help="File descriptor of the line to the parent.")

    def handle(self, *args, **options) -> None:
        descriptor = options["line"]
        try:
            WorkingProcess(line.inherited(descriptor) if descriptor is not None else None).run()
        except Exception:
            logger.exception("the worker cannot go on")
            os._exit(1)
        # Threads inside an engine's native code cannot be joined; everything that counts is committed.
        os._exit(0)
