from django.conf import settings
from django.core.management.base import CommandError
from django_dramatiq.management.commands import rundramatiq


class Command(rundramatiq.Command):
    """With defaults for models that fill the cores: one process, and threads for what its queues allow."""

    help = "Runs the pipeline's steps and deliveries; run it on as many machines as there is work for."

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(processes=1, threads=sum(settings.WORKER_THREADS.values()))

    def handle(self, *args, **options) -> None:
        if not settings.REDIS_URL:
            raise CommandError(
                "`rundramatiq` takes its work from Redis: set REDIS_URL, or run everything with `serve`."
            )
        super().handle(*args, **options)
