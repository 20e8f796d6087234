"""Readers of publishers' files and user tables, which give one table type. No models and no database."""
