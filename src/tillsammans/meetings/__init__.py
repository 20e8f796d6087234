"""Decisions: the deciding body, the day, and the reference in the minutes."""
