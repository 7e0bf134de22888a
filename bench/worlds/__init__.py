"""Simulated companies that have nothing in common with each other, to see whether what the desk does holds anywhere."""
