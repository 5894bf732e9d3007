"""People in the admin; passwords are set here, never shown."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from accounts.models import User


@admin.register(User)
class PeopleAdmin(UserAdmin, ModelAdmin):
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("email", "name", "role", "auth_provider", "is_active", "is_verified", "created_at")
    list_filter = ("role", "is_active", "is_verified", "auth_provider", "created_at")
    search_fields = ("email", "username", "full_name", "first_name", "last_name")
    ordering = ("-created_at",)
    readonly_fields = ("id", "auth_provider", "created_at", "updated_at", "last_login")
    filter_horizontal = ("groups", "user_permissions")
    fieldsets = (
        (None, {"fields": ("id", "email", "username", "password")}),
        ("Person", {"fields": ("full_name", "first_name", "last_name", "timezone", "language", "theme")}),
        ("Meetings", {"fields": ("auto_complete",)}),
        (
            "Rights",
            {
                "fields": (
                    "role",
                    "is_active",
                    "is_verified",
                    "is_superuser",
                    "groups",
                    "user_permissions",
                )
            },
        ),
        ("History", {"fields": ("auth_provider", "created_at", "updated_at", "last_login")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "role", "usable_password", "password1", "password2")}),)
