"""Item statistics as Moodle's quiz report defines them; pure."""
