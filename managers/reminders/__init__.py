"""Reminders of training by e-mail: what is said to whom on which day, and a record of each with what became of it."""
