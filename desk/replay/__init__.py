"""Running the desk over recorded input, and telling what came of it."""
