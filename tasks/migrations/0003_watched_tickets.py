import core.encryption
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Now


class Migration(migrations.Migration):

    dependencies = [
        ('integrations', '0005_connections_and_routing'),
        ('tasks', '0002_removed_tasks'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='TicketWatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('open', 'Open'), ('done', 'Done'), ('gone', 'Gone'), ('unsure', 'Unsure')], default='open', max_length=6)),
                ('looks', models.PositiveIntegerField(default=0, help_text='Fencing token: only grows.')),
                ('looked_at', models.DateTimeField(null=True)),
                ('effect', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='watch', to='integrations.effect')),
            ],
        ),
        migrations.CreateModel(
            name='TicketHook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('vendor', models.CharField(max_length=12)),
                ('secret', core.encryption.SealedJSONField(editable=False)),
                ('created_at', models.DateTimeField(db_default=Now())),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at', '-id'],
            },
        ),
    ]
