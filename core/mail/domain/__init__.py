"""What a message is and what becomes of it, worked out with the standard library alone."""
