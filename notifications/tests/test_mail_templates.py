"""Mails in staff's own words: safe whatever they write, refused while they can still mend it."""

import logging
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from core.models import AuditEntry
from notifications import markup, messages
from notifications.errors import TemplateNotFound
from notifications.messages import TaskLine, TicketLink
from notifications.models import MailTemplate
from notifications.services import templates

pytestmark = pytest.mark.once

CONTEXT = {
    "name": "Diego <b>",
    "meeting_title": "Ops & more",
    "tasks": [
        TaskLine(
            "Update the runbook",
            date(2026, 12, 1),
            "I'll do it",
            [
                TicketLink("OPS-1", "https://tracker.example/OPS-1?a=1&b=2"),
                TicketLink("X", "javascript:alert(1)"),
            ],
            start=41,
            uid="7",
        )
    ],
    "organiser": "Maya Chen",
    "language": "de",
}
TEXT = (
    "Hi {{ name }}: {{ count }} from {{ meeting }}.{% for task in tasks %} {{ task.title }} by {{ task.due }}"
    " ({{ task.quote }}, {{ task.time }}){% for ticket in task.tickets %} {{ ticket.key }}={{ ticket.url }}"
    "{% endfor %}{% endfor %}"
)


def template(**changes: Any) -> MailTemplate:
    values = {"slug": "short", "name": "Short", "subject": "{{ count }} for {{ name }}", "text": TEXT}
    return MailTemplate.objects.create(**(values | changes))


@pytest.mark.django_db
@pytest.mark.parametrize("by", ["slug", "pk"])
def test_a_template_is_filled_in_by_its_slug_or_id(by):
    mail = templates.render(str(getattr(template(html="<p>{{ name }}</p>"), by)), CONTEXT)
    assert mail.subject == "1 for Diego <b>"
    assert mail.text == (
        "Hi Diego <b>: 1 from Ops & more. Update the runbook by Tuesday, 1 December 2026"
        " (I'll do it, 0:41) OPS-1=https://tracker.example/OPS-1?a=1&b=2 X="
    )
    assert mail.html == "<p>Diego &lt;b&gt;</p>"
    assert [file.name for file in mail.attachments] == ["tasks.ics"]


@pytest.mark.django_db
def test_dates_are_written_in_the_templates_language():
    assert "mardi 1er décembre 2026" in templates.render(template(language="fr").slug, CONTEXT).text


@pytest.mark.django_db
@pytest.mark.parametrize(
    "template_id", ["short", "nothing", "5c9f0c9e-0000-4000-8000-000000000000", "", "\x00"]
)
def test_what_is_unknown_or_switched_off_is_not_found(template_id):
    template(is_active=False)
    with pytest.raises(TemplateNotFound) as failure:
        templates.render(template_id, CONTEXT)
    assert failure.value.fields.keys() == {"template_id"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes",
    [
        {"text": "{% for a, b in tasks %}{{ a }}{% endfor %}"},
        {"text": "{{ nothing }}"},
        {"subject": "{{ nothing }}"},
    ],
)
def test_a_template_that_cannot_be_filled_in_gives_way_to_the_shipped_text(changes, caplog):
    with caplog.at_level(logging.ERROR):
        mail = templates.render(template(**changes).slug, CONTEXT)
    assert mail == messages.assignment(**CONTEXT) or mail.text == messages.assignment(**CONTEXT).text
    assert mail.text.startswith("Guten Tag Diego <b>,\n")
    assert "mail template short could not be filled in" in caplog.text
    assert "runbook" not in caplog.text


@pytest.mark.parametrize(
    "source",
    [
        "{% load static %}",
        "{% include 'admin/base.html' %}",
        "{% extends 'admin/base.html' %}",
        "{% debug %}",
        "{% autoescape off %}{{ name }}{% endautoescape %}",
        "{% lorem 100000000 %}",
        "{% url 'admin:index' %}",
        "{{ name|safe }}",
        "{{ name|ljust:1000000000 }}",
        "{{ name|join:name }}",
        "{{ name|add:name }}",
        "{{ name.__class__ }}",
        "{{ name",
        "{% if name %}",
        "{% for a in tasks %}" * 3 + "{% endfor %}" * 3,
        "{% for a in tasks %}" * 700 + "{% endfor %}" * 700,
        "{% if name %}" * 1500 + "{% endif %}" * 1500,
    ],
)
def test_what_reads_files_or_makes_much_of_little_is_no_markup(source):
    try:
        shown = markup.rendered(source, {"name": "Diego", "tasks": []}, html=True)
    except markup.NotMarkup:
        return
    assert shown == "{{ name"


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("one\ntwo {% include 'x' %}", "line 2"),
        ("one\n{{ name|nothing }}", "Line 2"),
        ("{% if name %}", "line 1"),
    ],
)
def test_an_error_names_its_line(source, sentence):
    with pytest.raises(markup.NotMarkup, match=sentence):
        markup.compiled(source, html=False)


def test_every_field_is_checked_before_it_is_saved():
    wrong = MailTemplate(slug="x", name="X", subject="{% x %}", text="{{ a|b }}", html="{{ name }}")
    with pytest.raises(ValidationError) as failure:
        wrong.full_clean(validate_unique=False)
    assert failure.value.message_dict.keys() == {"subject", "text"}


@pytest.fixture
def operator(client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("operator@example.org", "a-long-password"))
    return client


FORM = {"slug": "short", "name": "Short", "language": "en", "is_active": "on", "subject": "Hi", "html": ""}


@pytest.mark.django_db
def test_the_admin_refuses_a_mistake_with_its_line_and_keeps_a_mail_that_is_right(operator):
    add = reverse("admin:notifications_mailtemplate_add")
    refused = operator.post(add, FORM | {"text": "Hello\n{% include 'x' %}"})
    assert (refused.status_code, MailTemplate.objects.count()) == (200, 0)
    assert "on line 2" in refused.content.decode()
    assert operator.post(add, FORM | {"text": "Hello {{ name }}"}).status_code == 302
    saved = MailTemplate.objects.get()
    assert saved.text == "Hello {{ name }}"
    assert AuditEntry.objects.get(action="changed_by_staff").details["row"] == str(saved.pk)


@pytest.mark.django_db
def test_the_preview_fills_in_a_sample_and_runs_nothing(operator):
    saved = template(html="<script>alert(1)</script>{{ name }}")
    page = operator.get(reverse("admin:notifications_mailtemplate_change", args=[saved.pk])).content.decode()
    assert "Hi Diego Alvarez: 2 from Weekly ops sync." in page
    assert '<iframe sandbox="" srcdoc="&lt;script&gt;alert(1)&lt;/script&gt;Diego Alvarez"' in page
    assert "Call Northwind &lt;about&gt; the renewal" in page


@pytest.mark.django_db
def test_the_preview_says_what_is_wrong(operator):
    saved = template(text="{% for a, b in tasks %}{{ a }}{% endfor %}")
    page = operator.get(reverse("admin:notifications_mailtemplate_change", args=[saved.pk])).content.decode()
    assert "the shipped text would go out" in page
