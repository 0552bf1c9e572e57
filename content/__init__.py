"""Data only: the pictures, and later the course, that studyapp reads through importlib.resources."""
