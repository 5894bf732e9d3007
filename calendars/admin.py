"""For people who operate the product."""

from django.contrib import admin

from core.admin import PersonalAdmin

from .models import CalendarEvent


@admin.register(CalendarEvent)
class CalendarEventAdmin(PersonalAdmin):
    person = "owner_id"
