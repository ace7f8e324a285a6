"""What it means to have been certified on a day; pure."""
