"""The pages on which trainers choose training."""
