"""Finding the clauses of a policy in its text: lines in; headings, clauses and what is unsure out. Opens no file."""
