"""Certify by two persons, publish, and show: the board, the workbook, what bodies were told."""
