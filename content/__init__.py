"""Data only: pictures, and what is said of them, read through importlib.resources."""
