"""Events of polisen.se as context: imported, validated, activated and shown; never counted as statistics."""
