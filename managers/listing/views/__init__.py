"""How a list of staff is asked for and shown."""
