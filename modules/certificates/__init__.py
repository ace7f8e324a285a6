"""Certificates and badges: issued, typeset, checked and revoked."""
