"""Reminders of training by e-mail: what people are told on which day, and a record of what happened to each."""
