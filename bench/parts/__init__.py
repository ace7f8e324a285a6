"""What is measured, a file for each kind of work; each has ``measure(workshop, plan)``, which gives rows."""
