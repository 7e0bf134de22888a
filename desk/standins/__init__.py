"""What the desk answers where it stands in for another product and is asked something, one file for each product."""
