"""Any source's figures: two-year periods, the sheet that a value stood in, what columns mean, and leaner indexes."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tillsammans.kernel.clock


class Migration(migrations.Migration):

    dependencies = [
        ('indicators', '0001_initial'),
        ('parties', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Mapping',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('recorded_at', models.DateTimeField(default=tillsammans.kernel.clock.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('name', models.CharField(max_length=120, verbose_name='källans namn')),
                ('fingerprint', models.CharField(max_length=64)),
                ('columns', models.TextField()),
                ('used_at', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddIndex(
            model_name='mapping',
            index=models.Index(fields=['organisation', 'fingerprint'], name='mapping_fingerprint'),
        ),
        migrations.AddConstraint(
            model_name='mapping',
            constraint=models.UniqueConstraint(fields=('organisation', 'name'), name='mapping_name'),
        ),
        migrations.RemoveConstraint(
            model_name='value',
            name='value_key',
        ),
        migrations.AddField(
            model_name='upload',
            name='columns',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='value',
            name='sheet',
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AlterField(
            model_name='series',
            name='period_kind',
            field=models.CharField(choices=[('month', 'månad'), ('quarter', 'kvartal'), ('year', 'år'), ('two_years', 'två år')], max_length=10),
        ),
        migrations.AlterField(
            model_name='upload',
            name='kind',
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AlterField(
            model_name='value',
            name='organisation',
            field=models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.organisation'),
        ),
        migrations.AlterField(
            model_name='value',
            name='series',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='values', to='indicators.series'),
        ),
        migrations.AddConstraint(
            model_name='value',
            constraint=models.UniqueConstraint(fields=('series', 'period', 'imported'), name='value_key'),
        ),
    ]
