"""The trust page over HTTP."""
