import os

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from core import locks
from core.processes import discover_actors
from core.serving import Server


class Command(BaseCommand):
    help = "Runs everything on this machine: web, worker and scheduler, with migrations applied."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--host", default=settings.HOST)
        parser.add_argument("--port", type=int, default=settings.PORT)

    def handle(self, *args, **options) -> None:
        try:
            server = Server(host=options["host"], port=options["port"])
        except locks.Taken as taken:
            raise CommandError(f"Another `serve` works in {settings.DATA_DIR} already ({taken}).") from taken
        call_command("migrate", interactive=False, verbosity=0)
        discover_actors()
        self.stdout.write(
            f"Serving http://{options['host']}:{options['port']} (process {os.getpid()}), "
            f"documentation at /docs, data in {settings.DATA_DIR}"
        )
        server.run()
