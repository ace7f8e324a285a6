"""What a list of staff is asked for, and what a day makes of someone's training; pure."""
