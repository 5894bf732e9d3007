"""Keys of the ledger name a destination by a digest; rows that spelled it out are rewritten, and back."""

import importlib

import pytest
from django.apps import apps

from integrations.models import Effect, EffectItem
from integrations.services import effects

pytestmark = pytest.mark.django_db

rewriting = importlib.import_module("integrations.migrations.0003_addresses_in_keys_as_digests")


def test_a_key_tells_destinations_apart_and_shows_none():
    keys = {effects.key_of("task", "mail", "smtp", to) for to in ("a@x.org", "b@x.org", "")}
    assert len(keys) == 3
    assert all(key.startswith("task:mail:smtp:") and "x.org" not in key for key in keys)
    assert effects.key_of("task", "mail", "smtp", "a@x.org") != effects.key_of("t", "mail", "smtp", "a@x.org")


def test_rows_from_before_keep_what_they_cover():
    old = [f"{subject}:mail:smtp:a@x.org" for subject in ("one", "two")]
    effect = Effect.objects.create(key=old[0], kind="mail", provider="smtp", destination="a@x.org")
    ticket = Effect.objects.create(key="one:tickets:jira:", kind="tickets", provider="jira")
    EffectItem.objects.bulk_create(EffectItem(effect=effect, key=key) for key in old)

    def keys() -> tuple:
        items = EffectItem.objects.order_by("pk").values_list("key", flat=True)
        return Effect.objects.get(pk=effect.pk).key, Effect.objects.get(pk=ticket.pk).key, list(items)

    rewriting.digest(apps, None)
    new = [effects.key_of(subject, "mail", "smtp", "a@x.org") for subject in ("one", "two")]
    assert keys() == (new[0], "one:tickets:jira:", new)
    rewriting.spell_out(apps, None)
    assert keys() == (old[0], "one:tickets:jira:", old)
