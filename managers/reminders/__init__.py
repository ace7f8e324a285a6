"""Reminders of training by e-mail: what people are told on which day, and a record of each with what became of it."""
