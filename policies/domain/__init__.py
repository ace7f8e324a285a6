"""Policies as pure values: clauses, acts, stances and their references."""
