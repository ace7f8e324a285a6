"""What staff and managers can ask of modules over HTTP."""
