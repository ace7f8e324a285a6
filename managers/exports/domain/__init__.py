"""What a list to download is, and how its cells are written; pure."""
