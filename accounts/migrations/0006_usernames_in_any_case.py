from django.db import migrations, models
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_erasures")]

    operations = [
        migrations.AddConstraint(
            "user", models.UniqueConstraint(Lower("username"), name="username_is_unique_in_any_case")
        )
    ]
