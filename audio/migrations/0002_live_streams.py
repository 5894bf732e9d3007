import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audio', '0001_audio'),
        ('meetings', '0003_fill_search'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='LiveStream',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, db_index=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('state', models.CharField(choices=[('open', 'Open'), ('closed', 'Closed'), ('sealed', 'Sealed')], default='open', max_length=8)),
                ('encoding', models.CharField(help_text='pcm_s16le, ogg_opus or webm.', max_length=16)),
                ('sample_rate', models.PositiveIntegerField(help_text='Hz; of PCM.')),
                ('channels', models.PositiveIntegerField()),
                ('language', models.CharField(blank=True, max_length=8)),
                ('transcribe', models.BooleanField(default=True)),
                ('epoch', models.PositiveBigIntegerField(default=1)),
                ('stored_bytes', models.BigIntegerField(default=0, help_text='Acknowledged; grows only.')),
                ('stored_ms', models.BigIntegerField(default=0, help_text='The same as time.')),
                ('heard_ms', models.BigIntegerField(default=0, help_text='Up to where the live text is final.')),
                ('resume_digest', models.CharField(help_text='SHA-256 of the resume token.', max_length=64, unique=True)),
                ('started_at', models.DateTimeField(help_text='When its first sample was due.')),
                ('active_at', models.DateTimeField(db_index=True, help_text='When its connection was last known to live.')),
                ('closed_because', models.CharField(blank=True, max_length=40)),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='streams', to='meetings.meeting')),
                ('recording', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='stream', to='audio.recording')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['started_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='LivePart',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, db_index=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('position', models.PositiveIntegerField()),
                ('epoch', models.PositiveBigIntegerField()),
                ('file', models.CharField(help_text='Name in the storage.', max_length=300, unique=True)),
                ('size', models.BigIntegerField(default=0, help_text='Bytes of it that are acknowledged.')),
                ('stream', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='audio.livestream')),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('stream', 'position'), name='one_part_per_place_in_a_stream')],
            },
        ),
    ]
