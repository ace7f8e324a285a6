"""When training is due, worked out from rules, passes and absences: pure."""
