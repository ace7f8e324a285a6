"""By when training is due, worked out from rules, passes and absences: pure."""
