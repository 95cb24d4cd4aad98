"""The laboratory: weights learned from history, tested against it, and tracked."""
