"""Work in the background: jobs that packages register, which huey only wakes."""
