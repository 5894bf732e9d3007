import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_usernames_in_any_case")]

    operations = [
        migrations.AlterField(
            "mailedtoken",
            "user",
            models.ForeignKey(
                help_text="Empty until the worker has looked whose address it is; no link is good before.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        )
    ]
