"""What an audit event says, worked out with the standard library alone."""
