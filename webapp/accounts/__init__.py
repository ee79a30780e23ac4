"""Logging in and out, and the own password."""
