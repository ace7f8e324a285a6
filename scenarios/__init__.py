"""Scenarios: scenes, choices and consequences, and how a policy rates each choice."""
