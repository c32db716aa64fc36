"""The counts of each feed's people, which the cache of guess counters might have let go."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0005_emergency")]
    operations = [
        migrations.CreateModel(
            name="Overlap",
            fields=[
                ("source", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("known", models.PositiveIntegerField()),
                ("matched", models.PositiveIntegerField()),
            ],
            options={"ordering": ["source"]},
        ),
    ]
