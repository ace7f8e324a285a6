"""What people may do beyond their role in a course: we give it by e-mail address, and no LMS can claim it."""
