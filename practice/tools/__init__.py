"""Tools as the practice LMS knows them, and how one is registered."""
