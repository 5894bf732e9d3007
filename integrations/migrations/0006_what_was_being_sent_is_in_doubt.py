"""From here on a sender that calls a vendor leaves an attempt; those before did not, and may have called."""

from django.db import migrations


def doubt(apps, schema_editor):
    apps.get_model("integrations", "Effect").objects.filter(status="sending").update(doubtful=True, lookups=0)


class Migration(migrations.Migration):
    dependencies = [("integrations", "0005_connections_and_routing")]

    operations = [migrations.RunPython(doubt, migrations.RunPython.noop)]
