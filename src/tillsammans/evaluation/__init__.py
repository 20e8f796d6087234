"""Follow-up: was it done, what was seen, what next."""
