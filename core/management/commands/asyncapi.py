from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string


class Command(BaseCommand):
    help = "Writes docs/asyncapi.yaml, the description of the sockets; --check says whether it is stale."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing, fail when it is stale")
        parser.add_argument("--file", type=Path, default=settings.BASE_DIR / "docs" / "asyncapi.yaml")

    def handle(self, *args, check: bool, file: Path, **options) -> None:
        text = import_string(settings.ASYNCAPI_DOCUMENT)()
        if not check:
            file.write_text(text, encoding="utf-8")
        elif not file.exists() or file.read_text(encoding="utf-8") != text:
            raise CommandError(f"{file} is stale: run `manage.py asyncapi` and commit what it writes.")
