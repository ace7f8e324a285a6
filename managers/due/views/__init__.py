"""Pages where rules for due dates and exceptions are made."""
