"""Patterns in time: trend and season, unusual counts, change points, profiles, and late reporting."""
