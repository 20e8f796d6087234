"""What stands out in series of monthly counts, computed without a database: results, sentences and bundles."""
