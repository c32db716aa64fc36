"""Services that answer a need are found by an index, as those that fit words are."""

import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    """One index more."""

    dependencies = [("directory", "0002_kept_right")]

    operations = [
        migrations.AddIndex(
            model_name="service",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["needs"], name="directory_needs"
            ),
        ),
    ]
