"""The outcome model: calibrated probabilities of who prevails, as a sum of value functions."""
