"""How a list is answered as a file."""
