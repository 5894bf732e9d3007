from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_preferences")]

    operations = [
        migrations.AddField(
            model_name="erasure",
            name="kept",
            field=models.JSONField(default=dict, help_text="What stays by duty, with the id alone."),
        ),
        migrations.AlterField(
            model_name="erasure",
            name="erased",
            field=models.JSONField(
                default=dict, help_text="Rows and files by kind; files go within minutes."
            ),
        ),
    ]
