"""Scenarios as pure values: the graph of scenes, its problems, and ratings under a policy."""
