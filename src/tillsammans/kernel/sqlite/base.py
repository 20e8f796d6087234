"""Django's SQLite backend, adapted to ``PRAGMA trusted_schema=OFF``.

With an untrusted schema SQLite refuses JSON_VALID in a CHECK constraint, which Django puts on every JSON column of the
libraries that we use. Django writes those columns through its own serialiser, so the constraint is left out.
"""

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Without CHECK constraints that call a function."""

    data_type_check_constraints = {
        kind: check for kind, check in base.DatabaseWrapper.data_type_check_constraints.items() if kind != "JSONField"
    }
