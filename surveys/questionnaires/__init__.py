"""Questionnaires as documents: drafted, judged, tried, exchanged, kept in versions."""
