"""Mail templates that staff wrote: found, and filled in when a mail is sent."""

import contextlib
import logging
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.validators import slug_re
from django.db.models import Q

from notifications import facts, markup, messages
from notifications.errors import TemplateNotFound
from notifications.facts import Facts
from notifications.messages import Text
from notifications.models import MailTemplate
from notifications.plain import one_line, shortened

logger = logging.getLogger(__name__)

LONGEST_SUBJECT = 200


def require(template_id: str) -> MailTemplate:
    """An active template by its id or slug. Raises TemplateNotFound."""
    if not slug_re.fullmatch(template_id):  # a UUID passes too; PostgreSQL takes no NUL
        raise TemplateNotFound
    by_name = Q(slug=template_id)
    with contextlib.suppress(ValueError):
        by_name |= Q(pk=UUID(template_id))
    template = MailTemplate.objects.filter(by_name, is_active=True).first()
    if template is None:
        raise TemplateNotFound
    return template


def render(template_id: str, context: Mapping[str, Any]) -> Text:
    """The mail about tasks in a template's words; `context` has what `messages.assignment` takes, by name.

    A template that cannot be filled in gives way to the shipped text, since the mail is waited for. Raises
    TemplateNotFound.
    """
    template = require(template_id)
    try:
        return filled(template, context)
    except Exception as error:  # noqa: BLE001 - what a filter raises; its words may quote the meeting
        logger.error(
            "mail template %s could not be filled in (%s): the shipped text goes out",
            template.slug,
            type(error).__name__,
        )
        return messages.assignment(**context)


def filled(template: MailTemplate, context: Mapping[str, Any]) -> Text:
    """As `render`, but what goes wrong is raised; for the preview too."""
    arguments = {"language": template.language, "meeting_date": None} | dict(context)
    organiser_email = arguments.pop("organiser_email", "")
    found = facts.facts_of(**(arguments | {"language": template.language}))
    values = plain_facts(found)
    subject = shortened(one_line(markup.rendered(template.subject, values, html=False)), LONGEST_SUBJECT)
    text = markup.rendered(template.text, values, html=False)
    if not subject or not text.strip():
        raise ValueError("an empty mail")
    html = markup.rendered(template.html, values, html=True)
    return Text(subject, text, html, facts.due_dates(found, organiser_email))


def plain_facts(found: Facts) -> dict[str, Any]:
    """What templates may name: nothing with methods of ours, and nothing that is marked safe."""
    return {
        "name": found.name,
        "meeting": found.meeting,
        "date": found.date,
        "organiser": found.organiser,
        "count": found.count,
        "tasks": [
            {
                "title": task.title,
                "due": task.due_on,
                "quote": task.quoted,
                "time": task.time,
                "tickets": [{"key": each.key, "url": each.url} for each in task.tickets],
            }
            for task in found.tasks
        ],
    }
