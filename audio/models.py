"""What arrived as sound, the canonical track made of it, and the files that are to go."""

from django.db import models

from core.models import Row


class Recording(Row):
    """One uploaded file, kept as it came; it is what is served."""

    class Role(models.TextChoices):
        PRIMARY = "primary"
        SECOND = "second"

    meeting = models.ForeignKey("meetings.Meeting", models.CASCADE, related_name="recordings")
    role = models.CharField(max_length=8, choices=Role.choices, default=Role.PRIMARY)
    position = models.PositiveIntegerField(help_text="Order within the meeting; a second file shares it.")
    file = models.CharField(max_length=300, unique=True, help_text="Name in the storage.")
    filename = models.CharField(max_length=255, help_text="As the client named it.")
    size = models.BigIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)
    format = models.CharField(max_length=16)
    codec = models.CharField(max_length=32, blank=True)
    duration_ms = models.BigIntegerField(null=True, help_text="As the container's header claims.")
    sample_rate = models.PositiveIntegerField(default=0)
    channels = models.PositiveIntegerField(default=0)
    starts_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "position", "role"], name="one_recording_per_place_in_a_meeting"
            )
        ]

    def __str__(self) -> str:
        return self.filename


class Track(Row):
    """All recordings of one run as one canonical file: 16 kHz, mono, 16-bit PCM in a WAV container."""

    meeting = models.OneToOneField("meetings.Meeting", models.CASCADE, related_name="track")
    run_id = models.UUIDField()
    file = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    duration_ms = models.BigIntegerField()
    truncated = models.BooleanField(default=False, help_text="A source ended before its header said.")
    peaks = models.BinaryField(help_text="Pairs of signed bytes (lowest, highest), 20 pairs a second.")

    def __str__(self) -> str:
        return self.file


class StorageDeletion(Row):
    """A file that must leave the storage; worked off by the sweep until it is gone."""

    file = models.CharField(max_length=300, unique=True)
    failures = models.PositiveIntegerField(default=0)
    not_before = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.file
