"""Example tickets, one file per category, as different people would write them."""
