import signal

from django.core.management.base import BaseCommand

from core.processes import discover_actors, require_a_way_between_them
from core.scheduler import Scheduler


class Command(BaseCommand):
    help = "Runs the periodic work: sweeps, storage deletions. Several may run; one works."

    def handle(self, *args, **options) -> None:
        require_a_way_between_them()
        discover_actors()
        scheduler = Scheduler()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: scheduler.stop.set())
        scheduler.run()
