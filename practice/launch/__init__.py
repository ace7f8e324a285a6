"""What the practice LMS sends a tool at a launch, in Moodle's manner or in Canvas's."""
