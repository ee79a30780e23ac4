"""Rows to arrays, arrays to findings, findings to words."""
