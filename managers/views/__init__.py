"""The pages of people who lead."""
