"""The pages on which someone takes a module."""
