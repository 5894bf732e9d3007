"""People in the admin: found, helped, switched off; a password is set here, and shown nowhere."""

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from unfold.admin import ModelAdmin

from accounts.admin.erasures import Erases
from accounts.admin.forms import NewPersonForm, PasswordByStaffForm, PersonForm
from accounts.models import Identity, Session, User
from accounts.services import sessions
from core import audit
from core.admin import ReadOnlyInline, Watched

ENDS_SESSIONS = {"email", "role", "is_active", "is_superuser"}
"""Who is somebody else from now on, or may do something else, signs in anew."""

RIGHTS = ("role", "is_active", "is_verified", "is_superuser", "user_permissions")


class SessionInline(ReadOnlyInline):
    model = Session
    per_page = 20
    fields = (
        "provider",
        "address",
        "user_agent",
        "created_at",
        "refreshed_at",
        "ended_at",
        "ended_because",
    )


class IdentityInline(ReadOnlyInline):
    model = Identity
    verbose_name_plural = "Connected providers"
    show_change_link = False
    fields = ("provider", "email", "subject", "created_at", "used_at")


@admin.register(User)
class People(Erases, Watched, UserAdmin, ModelAdmin):
    person = "pk"
    form = PersonForm
    add_form = NewPersonForm
    change_password_form = PasswordByStaffForm
    list_display = ("email", "name", "role", "provider", "is_active", "is_verified", "created_at")
    list_filter = ("role", "is_active", "is_verified", "auth_provider", "created_at")
    search_fields = ("id", "email", "username", "full_name", "first_name", "last_name")
    ordering = ("-created_at",)
    readonly_fields = ("id", "password_state", "provider", "created_at", "updated_at", "last_login")
    filter_horizontal = ("user_permissions",)
    inlines = (SessionInline, IdentityInline)
    actions = ("sign_out_everywhere",)
    fieldsets = (
        (None, {"fields": ("id", "email", "username", "password_state")}),
        ("Person", {"fields": ("full_name", "first_name", "last_name", "timezone", "language", "theme")}),
        ("Meetings", {"fields": ("auto_complete",)}),
        ("Rights", {"fields": RIGHTS}),
        ("History", {"fields": ("provider", "created_at", "updated_at", "last_login")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "role", "usable_password", "password1", "password2")}),)

    @admin.display(description="signs in with", ordering="auth_provider")
    def provider(self, user: User) -> str:
        return user.auth_provider.capitalize()

    @admin.display(description="password")
    def password_state(self, user: User) -> str:
        state = "Is set." if user.has_usable_password() else "There is none."
        change = reverse("admin:auth_user_password_change", args=[user.pk])
        return format_html('{} <a href="{}">Set another</a>', state, change)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Rights are a superuser's to give: else whoever may change people would make themselves one."""
        return self.readonly_fields if request.user.is_superuser else (*self.readonly_fields, *RIGHTS)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Accounts of others who have rights here are for superusers: with their password, or a letter to
        another address, one would have these rights."""
        above = obj is not None and (obj.is_superuser or obj.is_staff) and obj != request.user
        return (request.user.is_superuser or not above) and super().has_change_permission(request, obj)

    def get_inlines(self, request: HttpRequest, obj: User | None) -> tuple[type[ReadOnlyInline], ...]:
        return self.inlines if obj else ()

    def save_model(self, request: HttpRequest, user: User, form: ModelForm, change: bool) -> None:
        if change and "email" in form.changed_data and "is_verified" not in form.changed_data:
            user.is_verified = False  # nobody has proven the new address
        super().save_model(request, user, form, change)
        if change and ENDS_SESSIONS.intersection(form.changed_data):
            sessions.end_all(user, Session.Ended.BY_STAFF)

    @admin.action(description="Sign out everywhere")
    def sign_out_everywhere(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        ended = 0
        for user in chosen:
            ended += sessions.end_all_and_admin(user, Session.Ended.BY_STAFF)
            self.record(request, audit.Action.CHANGED_BY_STAFF, user, did="sign_out_everywhere")
        self.message_user(request, f"Sessions ended: {ended}.", messages.SUCCESS)
