"""Organisations of all kinds, their deciding bodies, people, and their roles with terms."""
