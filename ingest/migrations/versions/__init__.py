"""One file for each step of the journal's schema."""
