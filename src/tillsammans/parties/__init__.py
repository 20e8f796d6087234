"""Organisations of all kinds, the bodies in them that decide, people, and their roles with terms."""
