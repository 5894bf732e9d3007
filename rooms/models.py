"""Rooms: who sits in them, whose turn it is to speak, what was said, and what watchers were told."""

from django.conf import settings
from django.db import models

from core.models import Row


class Room(Row):
    """Its row is the mutex of everything in it: whoever changes a room updates its row first.

    `speaker`, `speaker_until` and `grant` are the speaker lock: a lease with a fencing token.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="rooms")
    title = models.CharField(max_length=200)
    password = models.CharField(max_length=128, blank=True, help_text="Hashed; empty: none.")
    capacity = models.PositiveIntegerField(default=2)
    language = models.CharField(max_length=8, blank=True, help_text="ISO 639-1; empty: detected.")
    closed_at = models.DateTimeField(null=True, blank=True)
    # Without a constraint: who hands the lock on holds the room, and must not wait for an account that is
    # held by an erasure, which waits for the room. The erasure empties this (`services.privacy`).
    speaker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_constraint=False
    )
    speaker_until = models.DateTimeField(null=True, blank=True, db_index=True)
    grant = models.PositiveBigIntegerField(default=0, help_text="Grows with each grant of the speaker lock.")
    seq = models.PositiveBigIntegerField(default=0, help_text="Of the newest event.")
    forgotten_seq = models.PositiveBigIntegerField(
        default=0, help_text="Of the newest event that is not kept any more."
    )

    class Meta:
        ordering = ["-created_at", "id"]

    def __str__(self) -> str:
        return self.title


class Seat(Row):
    """Somebody who has joined; the seat is theirs for as long as they are present."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="seats")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="seats")
    present_until = models.DateTimeField(
        db_index=True, help_text="Moved on by open sockets and by requests about the room."
    )

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [models.UniqueConstraint(fields=["room", "user"], name="one_seat_per_person_in_a_room")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.room_id}"


class Waiting(Row):
    """Somebody who waits for the speaker lock; the oldest comes next."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="queue")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        ordering = ["created_at", "id"]
        verbose_name_plural = "waiting"
        constraints = [
            models.UniqueConstraint(fields=["room", "user"], name="one_place_in_the_queue_of_a_room")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} for {self.room_id}"


class Message(Row):
    """What somebody said in a room, as text."""

    class Type(models.TextChoices):
        STT = "stt"

    class Status(models.TextChoices):
        FINAL = "final"

    room = models.ForeignKey(Room, models.CASCADE, related_name="messages")
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    type = models.CharField(max_length=8, choices=Type.choices, default=Type.STT)
    text = models.TextField(blank=True, help_text="Empty for silence.")
    meta = models.JSONField(default=dict, help_text='{"processing_time_ms": ...}')
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.FINAL)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["room", "-created_at", "-id"], name="messages_of_a_room")]

    def __str__(self) -> str:
        return self.text[:60]


class RoomEvent(models.Model):
    """What the room's watchers were told, for those who were away; the newest thousand or so are kept."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="events")
    seq = models.PositiveBigIntegerField()
    type = models.CharField(max_length=40)
    payload = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["seq"]
        constraints = [models.UniqueConstraint(fields=["room", "seq"], name="one_event_per_number_in_a_room")]

    def __str__(self) -> str:
        return f"{self.seq} {self.type}"
