"""Administrative and police geography over time, and population."""
