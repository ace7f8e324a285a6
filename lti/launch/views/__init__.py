"""The addresses to which an LMS sends people."""
