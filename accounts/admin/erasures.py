"""Erasing people in the admin: the same way as their own, and the receipts that are left of them."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import Erasure, User
from accounts.services import erasure
from core.admin import PersonalReadOnlyAdmin


class Erases:
    """Mixin for the page of people: deleting one erases them, from the storage too, with a receipt."""

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """A superuser's account goes by a superuser's hand."""
        above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return not above and super().has_delete_permission(request, obj)

    def get_deleted_objects(self, chosen, request: HttpRequest) -> tuple[list, dict, set, list]:
        """All that goes with a person would be a page without end; the receipt counts it."""
        above = [user for user in chosen if not self.has_delete_permission(request, user)]
        people = [f"{user}, with everything that is theirs" for user in chosen]
        return people, {"people": len(people)}, {self.opts.verbose_name} if above else set(), []

    def delete_model(self, request: HttpRequest, user: User) -> None:
        erasure.erase(user, by=request.user)

    def delete_queryset(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        for user in chosen:
            erasure.erase(user, by=request.user)


@admin.register(Erasure)
class Erasures(PersonalReadOnlyAdmin):
    person = "user_id"
    list_display = ("created_at", "user_id", "erased", "changed", "beyond_reach")
    date_hierarchy = "created_at"
    search_fields = ("id", "user_id")
    fields = ("id", "created_at", "user_id", "erased", "changed", "kept", "beyond_reach")
    readonly_fields = fields
