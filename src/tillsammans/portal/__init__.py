"""Public pages without login: promises and their outcomes."""
