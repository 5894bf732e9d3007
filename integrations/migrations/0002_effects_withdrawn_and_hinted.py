from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("integrations", "0001_effects")]

    operations = [
        migrations.AddField(
            "effect",
            "withdrawn",
            models.CharField(
                blank=True, max_length=200, help_text="Why nobody wants it any more; it is not sent again."
            ),
        ),
        migrations.AddField(
            "effect",
            "hinted_at",
            models.DateTimeField(null=True, help_text="When the sweep last sent a hint for it."),
        ),
    ]
