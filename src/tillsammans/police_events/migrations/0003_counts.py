import json
from typing import Any

from django.db import migrations, models


def fill(apps: Any, schema_editor: Any) -> None:
    """The counts stood in the preview only."""
    imports = apps.get_model("police_events", "EventImport")._base_manager
    for pk, preview in imports.exclude(preview="").values_list("pk", "preview"):
        said = json.loads(preview)
        counts = {name: said.get(key, 0) for name, key in FIELDS.items()}
        imports.filter(pk=pk).update(**counts)


FIELDS = {"created": "new", "replaced": "changed", "unchanged": "unchanged"}


class Migration(migrations.Migration):

    dependencies = [
        ("police_events", "0002_intake"),
    ]

    operations = [
        *(
            migrations.AddField("eventimport", name, models.PositiveIntegerField(default=0))
            for name in FIELDS
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
