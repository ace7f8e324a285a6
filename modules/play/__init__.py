"""Taking a module, from its front page to the result."""
