"""Due tasks: the coordinator's week."""
