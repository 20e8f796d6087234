"""SQLite with an untrusted schema."""
