"""Modules as pure values: what an attempt has come to, and what it scores."""
