"""General rules as pure values and functions: problems in data, names, days, addresses of a network."""
