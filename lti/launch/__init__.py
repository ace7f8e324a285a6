"""How a message from an LMS becomes a visit: login, launch, and what a trainer chooses in the LMS."""
