"""Measurements of what the program promises, on inputs it has never seen; see README.md."""
