from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0004_idempotent_requests'),
    ]

    operations = [
        migrations.AddField(
            model_name='idempotentrequest',
            name='is_gone',
            field=models.BooleanField(default=False, help_text='Answered, but the answer is kept no more.'),
        ),
    ]
