"""Codes by batch: made, printed, voided."""
