"""What a run found. A later run replaces the rows of a kind in the transaction that ends its step."""

from django.db import models

from core.models import Row


class Found(Row):
    """Abstract: belongs to a meeting and remembers the run that found it."""

    meeting = models.ForeignKey("meetings.Meeting", models.CASCADE, related_name="%(class)ss")
    run_id = models.UUIDField(null=True)

    class Meta:
        abstract = True


class Speaker(Found):
    """One voice of the meeting, with the name that the talk or a person gave it."""

    label = models.CharField(max_length=40, help_text="`Speaker 1`... in order of appearance.")
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    named_by_hand = models.BooleanField(default=False)
    confidence = models.FloatField(default=0)
    evidence = models.JSONField(default=list)
    voiceprint = models.JSONField(default=list, help_text="Unit-length embedding of the voice.")

    class Meta:
        ordering = ["meeting", "label"]
        constraints = [models.UniqueConstraint(fields=["meeting", "label"], name="one_row_per_voice")]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return self.name or self.label


class Segment(Found):
    """A stretch of speech of one speaker. Times are milliseconds from the track's beginning."""

    class Source(models.TextChoices):
        AUDIO = "audio"
        CLIENT = "client"

    position = models.PositiveIntegerField()
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.AUDIO)
    speaker = models.ForeignKey(Speaker, models.SET_NULL, null=True, related_name="segments")
    start_ms = models.BigIntegerField()
    end_ms = models.BigIntegerField()
    text = models.TextField()
    confidence = models.FloatField(null=True)
    covered = models.BooleanField(
        default=False, help_text="A client's segment where audio says it better; kept, not shown."
    )
    words = models.JSONField(default=list, help_text="[[text, start ms, end ms, confidence], ...]")

    class Meta:
        ordering = ["meeting", "position"]
        indexes = [models.Index(fields=["meeting", "start_ms"], name="segments_by_time")]

    def __str__(self) -> str:
        return self.text


class Finding(Found):
    """A decision, an action item, an open question, a key point or a summary's bullet, with evidence."""

    class Kind(models.TextChoices):
        DECISION = "decision"
        ACTION_ITEM = "action_item"
        OPEN_QUESTION = "open_question"
        KEY_POINT = "key_point"
        SUMMARY_BULLET = "summary_bullet"

    kind = models.CharField(max_length=16, choices=Kind.choices)
    position = models.PositiveIntegerField()
    text = models.TextField()
    evidence = models.JSONField(default=dict)
    details = models.JSONField(default=dict, help_text="An action item's assignee, due date and its words.")

    class Meta:
        ordering = ["meeting", "kind", "position"]
        indexes = [models.Index(fields=["meeting", "kind", "position"], name="findings_of_a_kind")]

    def __str__(self) -> str:
        return self.text


class Summary(Found):
    """The summary's running text."""

    meeting = models.OneToOneField("meetings.Meeting", models.CASCADE, related_name="summary")
    text = models.TextField()
    engine = models.CharField(max_length=80)

    class Meta:
        verbose_name_plural = "summaries"

    def __str__(self) -> str:
        return self.text


class Analytics(Found):
    """Talk time and share, turns and pace, by speaker."""

    meeting = models.OneToOneField("meetings.Meeting", models.CASCADE, related_name="analytics")
    data = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "analytics"

    def __str__(self) -> str:
        return f"analytics of {self.meeting_id}"


class Report(Found):
    """What the report says beside the findings: who served, and what the reader should know."""

    meeting = models.OneToOneField("meetings.Meeting", models.CASCADE, related_name="report")
    engines = models.JSONField(default=dict)
    notices = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"report of {self.meeting_id}"
