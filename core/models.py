"""What every row of ours has: an opaque id and two times."""

import uuid

from django.db import models
from django.db.models.functions import Now


class Row(models.Model):
    """Abstract base: UUID primary key, creation and change time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True
        ordering = ["-created_at"]


class Lease(models.Model):
    """Who does something that only one process may do, and until when."""

    name = models.CharField(max_length=40, primary_key=True)
    holder = models.CharField(max_length=64, blank=True)
    until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name}: {self.holder}"


class Unchangeable(models.QuerySet):
    """A log's rows: written once."""

    def update(self, **changes) -> int:
        raise TypeError("The audit log is append-only.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("The audit log is append-only.")


class AuditEntry(models.Model):
    """Who did what, to whom, when and from where. People are ids, so that it outlives their accounts."""

    class Action(models.TextChoices):
        REGISTERED = "registered"
        SIGNED_IN = "signed_in"
        SIGN_IN_REFUSED = "sign_in_refused"
        SIGNED_OUT = "signed_out"
        TOKEN_REUSED = "token_reused"
        PASSWORD_CHANGED = "password_changed"
        PASSWORD_RESET = "password_reset"
        EMAIL_VERIFIED = "email_verified"
        IDENTITY_LINKED = "identity_linked"
        DATA_EXPORTED = "data_exported"
        ACCOUNT_DELETED = "account_deleted"
        VIEWED_BY_STAFF = "viewed_by_staff"
        CHANGED_BY_STAFF = "changed_by_staff"

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    action = models.CharField(max_length=20, choices=Action.choices)
    actor_id = models.UUIDField(null=True, db_index=True, help_text="Who did it; empty for nobody we know.")
    subject_id = models.UUIDField(null=True, db_index=True, help_text="Whose account or data it concerns.")
    address = models.CharField(max_length=64, blank=True)
    details = models.JSONField(default=dict, blank=True)

    objects = Unchangeable.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name_plural = "audit log"

    def __str__(self) -> str:
        return f"{self.action} at {self.at}"

    def save(self, *args, **options) -> None:
        if not self._state.adding:
            raise TypeError("The audit log is append-only.")
        super().save(*args, **options)

    def delete(self, *args, **options) -> tuple[int, dict[str, int]]:
        raise TypeError("The audit log is append-only.")


class IdempotentRequest(models.Model):
    """A POST that came with an Idempotency-Key, and what it was answered with."""

    user_id = models.UUIDField()
    route = models.CharField(max_length=64, help_text="SHA-256 of method and address.")
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the body.")
    status = models.PositiveSmallIntegerField(null=True, help_text="Empty until it is answered.")
    headers = models.JSONField(default=dict)
    content = models.BinaryField(default=b"")
    is_gone = models.BooleanField(default=False, help_text="Answered, but the answer is kept no more.")
    lease_until = models.DateTimeField(null=True, help_text="How long it may still be under way.")
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user_id", "route", "key"], name="one_request_for_each_key")
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.status or 'under way'}"
