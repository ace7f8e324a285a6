"""All that an LMS knows and nobody else should: platforms, keys, launches, visits, roster, grade passback."""
