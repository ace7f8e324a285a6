"""The pages of a policy."""
