"""Who is here: a visit, its address and cookie, what it permits, and what may frame its pages."""
