"""When a reminder is due, when no one gets one, and the words of one: worked out with the standard library alone."""
