"""Pages of reminders: when they are sent and in which words, the record of them, and nudges."""
