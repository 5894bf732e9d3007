import signal

from django.core.management.base import BaseCommand

from core.scheduler import Scheduler
from core.worker import discover_actors


class Command(BaseCommand):
    help = "Runs the periodic work: sweeps, storage deletions. Several may run; one works."

    def handle(self, *args, **options) -> None:
        discover_actors()
        scheduler = Scheduler()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: scheduler.stop.set())
        scheduler.run()
