"""Who somebody is that a person meets (memo.md: speaker profiles)."""

from django.conf import settings
from django.db import models

from core.models import Row


class SpeakerProfile(Row):
    """A contact of one person; names said in their meetings are looked up among these."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="speaker_profiles")
    first_name = models.CharField(max_length=100)
    middle_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    company = models.CharField(max_length=200, blank=True)
    designation = models.CharField(max_length=200, blank=True)
    notes = models.TextField(blank=True)

    class Meta:
        ordering = ["first_name", "last_name", "id"]
        indexes = [models.Index(fields=["owner", "first_name"], name="profiles_of_an_owner")]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.first_name, self.middle_name, self.last_name) if part)
