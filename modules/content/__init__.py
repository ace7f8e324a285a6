"""What is trained: modules as published versions, and choosing them for a course."""
