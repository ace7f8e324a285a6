"""Calls to an LMS's services, and the lists that it gives: tokens, pages, the people of a course."""
