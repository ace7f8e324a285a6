"""What staff know about their policy: statistics of first attempts, worked out by a job and never by a page."""
