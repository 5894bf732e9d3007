"""Mail templates: what staff wrote in the place of a shipped text."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models

from core.models import Row

from . import markup
from .languages import choices

LONGEST = 20_000


class MailTemplate(Row):
    """The mail that tells somebody of their tasks, in other words. `template_id` is its id or its slug."""

    slug = models.SlugField(unique=True, help_text="What clients may send as template_id, beside the id.")
    name = models.CharField(max_length=100)
    language = models.CharField(
        max_length=5,
        choices=choices,
        default="en",
        help_text="The language that dates are written in.",
    )
    subject = models.CharField(max_length=200)
    text = models.TextField(
        max_length=LONGEST,
        help_text="Plain text with {{ name }}, {{ meeting }}, {{ date }}, {{ organiser }}, {{ count }} and"
        " {% for task in tasks %} with {{ task.title }}, {{ task.due }}, {{ task.quote }}, {{ task.time }},"
        " and in it {% for ticket in task.tickets %} with {{ ticket.key }} and {{ ticket.url }}.",
    )
    html = models.TextField(
        max_length=LONGEST,
        blank=True,
        help_text="The same in HTML, where the mail is to have both; all values are escaped.",
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["slug"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Raises ValidationError, by field, for what is no template."""
        wrong = {}
        for field in ("subject", "text", "html"):
            try:
                markup.compiled(getattr(self, field), html=field == "html")
            except markup.NotMarkup as error:
                wrong[field] = str(error)
        if wrong:
            raise ValidationError(wrong)
