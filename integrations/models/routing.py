"""Where a person wants the outcome of their meetings to go."""

from django.conf import settings
from django.db import models

from core.models import Row

from .connections import Connection


class Routing(Row):
    """One row for each person who has chosen; an empty choice is the server's own (settings)."""

    owner = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="routing")
    tickets_provider = models.CharField(max_length=40, blank=True, help_text="Alias, or `none`.")
    tickets_connection = models.ForeignKey(
        Connection, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    workspace = models.CharField(max_length=100, blank=True)
    project = models.CharField(max_length=100, blank=True)
    issue_type = models.CharField(max_length=100, blank=True)
    assignees = models.JSONField(
        default=dict, blank=True, help_text="Name or address to the account that gets the ticket."
    )
    mail_assignees = models.BooleanField(null=True, blank=True)
    chat_provider = models.CharField(max_length=40, blank=True, help_text="Alias, or `none`.")
    chat_connection = models.ForeignKey(Connection, models.SET_NULL, null=True, blank=True, related_name="+")
    chat_channel = models.CharField(max_length=200, blank=True)
    sync_calendars = models.BooleanField(null=True, blank=True)
    review_before_send = models.BooleanField(null=True, blank=True)
    least_confidence = models.FloatField(null=True, blank=True)
    update_tickets = models.BooleanField(null=True, blank=True)

    def __str__(self) -> str:
        return f"routing of {self.owner_id}"
