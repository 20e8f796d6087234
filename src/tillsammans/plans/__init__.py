"""Goals, measures and activities: what is done about the causes."""
