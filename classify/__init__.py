"""Event to classification: what kind of thing is this, how bad, and why do we think so."""
