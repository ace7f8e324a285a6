"""Tallies and what follows from them: rates, changes and the line of a year; pure."""
