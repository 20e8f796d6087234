"""Forms: validate input and write nothing."""
