"""What a grant is, without where it is kept."""
