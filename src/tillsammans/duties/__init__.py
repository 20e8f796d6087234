"""What is due: the coordinator's week."""
