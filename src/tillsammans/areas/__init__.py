"""Administrative and police geography over time."""
