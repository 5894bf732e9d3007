"""For people who operate the product."""

from django.contrib import admin

from core.admin import PersonalAdmin

from .models import SpeakerProfile


@admin.register(SpeakerProfile)
class SpeakerProfileAdmin(PersonalAdmin):
    person = "owner_id"
