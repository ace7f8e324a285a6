"""How an LMS becomes known to us, and how it is switched off or removed."""
