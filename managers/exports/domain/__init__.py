"""What a list to take along is, and how its cells are written; pure."""
