"""Training modules: attempts, scoring, results, and the pages on which staff play and managers see."""
