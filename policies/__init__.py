"""Social media policies as data: clauses, acts, and the stance that each policy takes on each act."""
