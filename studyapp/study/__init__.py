"""What studying is: the course, sessions, grading, scheduling and memory. It knows no terminal."""
