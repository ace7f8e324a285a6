"""Evidence of a past date: who was certified on a day, read from the records alone."""
