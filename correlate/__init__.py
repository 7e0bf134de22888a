"""Situation and event to effects: which record does this belong to, what follows, and for what reason."""
