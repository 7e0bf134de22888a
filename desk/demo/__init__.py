"""`desk demo`: a real desk for a simulated company. Only the company is simulated."""
