"""The receipt of a deleted account."""

from django.db import models

from core.models import Row


class Erasure(Row):
    """What was erased, where, and what could not be; `user_id` is all that is left of the person."""

    user_id = models.UUIDField(unique=True)
    erased = models.JSONField(default=dict, help_text="Rows and files by kind; files go within minutes.")
    kept = models.JSONField(default=dict, help_text="What stays by duty, with the id alone.")
    changed = models.JSONField(default=dict, help_text="What stays for others, without the person.")
    beyond_reach = models.JSONField(default=dict, help_text="What had left the house before.")

    def __str__(self) -> str:
        return str(self.user_id)
