"""Publishers' files and people's tables, read into one kind of table. No models and no database."""
