"""What people have earned: results, passes and their renewal, also under other ids of the same person."""
