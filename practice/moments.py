"""Moments as programs write them."""

from datetime import datetime


def is_moment(text: object) -> bool:
    """Say whether a text is a moment in ISO 8601 with a time zone."""
    try:
        return isinstance(text, str) and datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
