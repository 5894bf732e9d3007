"""One account a person, whichever mount they came in by."""

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower


class People(BaseUserManager):
    """Django's commands create people through this; e-mail is what one logs in with."""

    def get_by_natural_key(self, email: str) -> "User":
        return self.get(email__iexact=email)

    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        fields |= {"role": User.Role.STAFF, "is_superuser": True, "is_verified": True}
        return self.create_user(email, password, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account."""

    class Role(models.TextChoices):
        USER = "user"
        STAFF = "staff"

    class Theme(models.TextChoices):
        LIGHT = "light"
        DARK = "dark"
        AUTO = "auto"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    username = models.CharField(max_length=150, unique=True, null=True, blank=True)
    first_name = models.CharField(max_length=150, blank=True)
    last_name = models.CharField(max_length=150, blank=True)
    full_name = models.CharField(max_length=300, blank=True)
    role = models.CharField(max_length=8, choices=Role.choices, default=Role.USER)
    auth_provider = models.CharField(max_length=20, default="password")
    timezone = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=35, default="en-US", help_text="BCP 47 tag.")
    theme = models.CharField(max_length=16, choices=Theme.choices, default=Theme.LIGHT)
    auto_complete = models.BooleanField(
        default=False, help_text="Release tickets, mails and posts as soon as a meeting is understood."
    )
    is_active = models.BooleanField(default=True)
    is_verified = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = People()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="email_is_unique_in_any_case"),
            models.UniqueConstraint(Lower("username"), name="username_is_unique_in_any_case"),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def name(self) -> str:
        """What others read: the full name, else the part before the @."""
        parts = f"{self.first_name} {self.last_name}".strip()
        return self.full_name or parts or self.email.partition("@")[0]

    @property
    def is_staff(self) -> bool:
        """Whether the admin lets them in."""
        return self.role == self.Role.STAFF

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        """Staff may read every page of the admin; to change something takes a permission of their own."""
        _, _, codename = perm.partition(".")
        looks_only = codename.startswith("view_") and self.is_active and self.is_staff
        return looks_only or super().has_perm(perm, obj)

    def has_module_perms(self, app_label: str) -> bool:
        return (self.is_active and self.is_staff) or super().has_module_perms(app_label)
