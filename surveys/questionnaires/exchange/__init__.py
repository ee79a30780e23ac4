"""Questionnaires in and out: JSON, the office's workbook, XLSForm."""
