"""A trust's own list of its staff: read, shown before anything changes, applied as a whole, and undone."""
