"""Who works in a trust, and how far each of them is with their training, in step with the records."""
