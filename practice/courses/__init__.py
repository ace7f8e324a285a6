"""The courses of the practice LMS and their people."""
