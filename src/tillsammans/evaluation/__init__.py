"""Evaluation: follow-ups of promises and measures, and published outcomes."""
