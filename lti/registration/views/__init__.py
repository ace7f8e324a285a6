"""The pages on which an administrator connects an LMS."""
