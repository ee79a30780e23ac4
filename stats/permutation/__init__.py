"""Null distributions by permutation: exact moments, saddlepoint tails, maxima over many tests."""
