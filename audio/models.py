"""What arrived as sound, the canonical track made of it, and the files that are to go."""

from django.conf import settings
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


class Observation(Row):
    """An ear of a meeting in a place of ours (a room). While it is there, what is said becomes live streams
    of the meeting, one for each turn, which become recordings when it has left."""

    meeting = models.ForeignKey("meetings.Meeting", models.CASCADE, related_name="observations")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, help_text="Of the place, as it is registered.")
    place_id = models.UUIDField()
    name = models.CharField(max_length=100, help_text="What people in the place read.")
    lost = models.BooleanField(default=False, help_text="Something that was said could not be stored.")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "kind", "place_id"],
                condition=models.Q(ended_at__isnull=True),
                name="one_ear_of_a_meeting_in_a_place",
            )
        ]
        indexes = [
            models.Index(
                fields=["kind", "place_id"],
                condition=models.Q(ended_at__isnull=True),
                name="ears_in_a_place",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} in {self.kind} {self.place_id}"


class LiveStream(Row):
    """Sound of a meeting as it arrives over a socket: what is acknowledged is stored, whatever dies.

    `epoch` is a fencing token: each connection that takes the stream over raises it, and only the newest one
    may append. Bytes that lie in a file beyond what a row counts were never acknowledged.
    """

    class State(models.TextChoices):
        OPEN = "open"
        CLOSED = "closed"
        SEALED = "sealed"

    meeting = models.ForeignKey("meetings.Meeting", models.CASCADE, related_name="streams")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    encoding = models.CharField(max_length=16, help_text="pcm_s16le, ogg_opus or webm.")
    sample_rate = models.PositiveIntegerField(help_text="Hz; of PCM.")
    channels = models.PositiveIntegerField()
    language = models.CharField(max_length=8, blank=True)
    transcribe = models.BooleanField(default=True)
    epoch = models.PositiveBigIntegerField(default=1)
    stored_bytes = models.BigIntegerField(default=0, help_text="Acknowledged; grows only.")
    stored_ms = models.BigIntegerField(default=0, help_text="The same as time.")
    heard_ms = models.BigIntegerField(default=0, help_text="Up to where the live text is final.")
    resume_digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the resume token.")
    started_at = models.DateTimeField(help_text="When its first sample was due.")
    active_at = models.DateTimeField(db_index=True, help_text="When its connection was last known to live.")
    closed_because = models.CharField(max_length=40, blank=True)
    recording = models.OneToOneField(Recording, models.SET_NULL, null=True, related_name="stream")
    observation = models.ForeignKey(
        Observation, models.SET_NULL, null=True, blank=True, related_name="streams"
    )

    class Meta:
        ordering = ["started_at", "id"]

    def __str__(self) -> str:
        return f"{self.encoding} of {self.started_at}"


class LivePart(Row):
    """A file with the next bytes of a stream: on a disk it grows for one epoch, elsewhere it is whole."""

    stream = models.ForeignKey(LiveStream, models.CASCADE, related_name="parts")
    position = models.PositiveIntegerField()
    epoch = models.PositiveBigIntegerField()
    file = models.CharField(max_length=300, unique=True, help_text="Name in the storage.")
    size = models.BigIntegerField(default=0, help_text="Bytes of it that are acknowledged.")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["stream", "position"], name="one_part_per_place_in_a_stream")
        ]

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
