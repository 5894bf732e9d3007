"""What the admin pages of machine-made rows have in common: one reads them, nobody edits them."""

from django.contrib import admin
from django.contrib.auth.models import Group
from django_dramatiq import admin as _  # noqa: F401 - registers what is taken away here
from django_dramatiq.models import Task as Message
from unfold.admin import ModelAdmin, TabularInline

# Roles are a field of the account, and a queue's messages are hints: neither is managed here.
admin.site.unregister([Group, Message])


class ReadOnly:
    """Mixin: rows that services write are shown, not changed."""

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False


class ReadOnlyAdmin(ReadOnly, ModelAdmin):
    def has_delete_permission(self, request, obj=None) -> bool:
        return False


class ReadOnlyInline(ReadOnly, TabularInline):
    extra = 0
    can_delete = False
    show_change_link = True

    def get_readonly_fields(self, request, obj=None):
        return self.fields
