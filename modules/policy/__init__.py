"""The policy as staff read and confirm it, and where they have come across its clauses."""
