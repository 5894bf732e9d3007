"""Keys name a destination by its digest, so that no address outlives the person; the rest of a key stays."""

import hashlib

from django.db import migrations


def _rewrite(apps, spelled):
    Effect = apps.get_model("integrations", "Effect")
    EffectItem = apps.get_model("integrations", "EffectItem")
    for effect in Effect.objects.exclude(destination="").iterator():
        for model, rows in ((Effect, {"pk": effect.pk}), (EffectItem, {"effect": effect.pk})):
            for row in model.objects.filter(**rows):
                subject, kind, alias, _ = row.key.split(":", 3)
                last = spelled(subject, effect.destination)
                model.objects.filter(pk=row.pk).update(key=f"{subject}:{kind}:{alias}:{last}")


def digest(apps, schema_editor):
    _rewrite(apps, lambda subject, to: hashlib.sha256(f"{subject}:{to}".encode()).hexdigest())


def spell_out(apps, schema_editor):
    _rewrite(apps, lambda subject, to: to)


class Migration(migrations.Migration):
    dependencies = [("integrations", "0002_effects_withdrawn_and_hinted")]

    operations = [migrations.RunPython(digest, spell_out)]
