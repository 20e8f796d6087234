"""Clean input; never writes."""
