"""Scores with their uncertainty: intervals, ranks, severity, weights, bounds."""
