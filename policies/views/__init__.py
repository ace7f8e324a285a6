"""The pages about policies."""
