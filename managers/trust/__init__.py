"""How far a trust is: who has passed what, by school and module, today and at the end of each month."""
