"""What was decided: by which body, when, and where it stands in the minutes."""
