"""What the pages and the API show, read from the tables: indexed, bounded, and free of anything that changes state."""
