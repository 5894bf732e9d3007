"""`manage.py rotate_encryption_keys`: after it, the keys behind the first of ENCRYPTION_KEYS can go."""

from django.core.management.base import BaseCommand, CommandError

from core import resealing


class Command(BaseCommand):
    help = "Seal all secrets in the database with the first of ENCRYPTION_KEYS. Safe while the product runs."

    def handle(self, *args, **options) -> None:
        tallies = [resealing.reseal(model, field) for model, field in resealing.sealed_columns()]
        for tally in tallies:
            self.stdout.write(
                f"{tally.column}: {tally.resealed} sealed anew, {tally.current} had the newest key, "
                f"{tally.changed} changed meanwhile, {tally.undecipherable} that no key opens"
            )
        lost = sum(tally.undecipherable for tally in tallies)
        if lost:
            raise CommandError(f"{lost} rows are opened by no key of ENCRYPTION_KEYS and stay as they are.")
