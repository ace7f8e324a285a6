"""The practice LMS: a real HTTP peer that behaves like Moodle, to try the tool with and to test it against."""
