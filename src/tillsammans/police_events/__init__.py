"""Events of polisen.se as context: read, checked, put in force and shown; never counted as statistics."""
