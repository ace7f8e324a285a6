"""All that only an LMS knows: platforms, keys, launches, visits, roster, grade passback."""
