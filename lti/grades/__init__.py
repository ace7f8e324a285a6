"""Grades that we owe an LMS until it has them, and what its gradebook makes of them."""
