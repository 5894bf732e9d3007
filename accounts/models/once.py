"""What mailed links, sign-ins under way and one-time codes have in common: each is good once, for a while."""

from datetime import timedelta

from django.db import models
from django.db.models.functions import Now

from core.models import Row


class OnceRows(models.QuerySet):
    """`good().filter(...).use_up()`: of two who come with the same thing at once, one wins."""

    def good(self) -> "OnceRows":
        """Unused and unexpired, by the database's clock."""
        return self.filter(used_at__isnull=True, expires_at__gt=Now())

    def long_over(self, kept: timedelta) -> "OnceRows":
        """Expired more than `kept` ago, used or not."""
        return self.filter(expires_at__lt=Now() - kept)

    def use_up(self) -> int:
        """One conditional UPDATE; how many rows there were."""
        return self.update(used_at=Now(), updated_at=Now())


class Once(Row):
    """Abstract base."""

    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects = OnceRows.as_manager()

    class Meta(Row.Meta):
        abstract = True
