"""A table that somebody adds has an answer to: what becomes of it when a person leaves?"""

from django.apps import apps
from django.conf import settings
from django.db import models

from core import privacy

TABLES = {
    model._meta.label: model
    for model in apps.get_models()
    if model._meta.managed and not model._meta.proxy and not model._meta.swapped
}
"""Those that Django makes for many-to-many fields go with the rows that they join."""


def test_every_table_is_answered_for_by_one_app_or_declared_impersonal():
    answers = [*privacy.answered(), *privacy.declared_impersonal()]
    assert sorted(answers) == sorted(TABLES)


def test_what_is_declared_impersonal_says_why_and_refers_to_nobody():
    for label, reason in privacy.declared_impersonal().items():
        assert reason.endswith("."), label
        for field in TABLES[label]._meta.get_fields():
            assert not isinstance(field, models.EmailField), (label, field)
            to = getattr(field.remote_field, "model", None) if hasattr(field, "remote_field") else None
            assert to is None or field.auto_created or to._meta.label != settings.AUTH_USER_MODEL, label


def test_upper_layers_are_asked_before_the_rows_that_they_refer_to():
    order = [hook.app for hook in privacy.hooks()]
    assert order == [
        "rooms",
        "meetings",
        "tasks",
        "calendars",
        "speakers",
        "accounts",
        "integrations",
        "core",
    ]
