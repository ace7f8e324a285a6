"""What a list of staff says, and what it would change, worked out with the standard library alone."""
