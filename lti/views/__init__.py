"""What an LMS and its people can ask of us over HTTP."""
