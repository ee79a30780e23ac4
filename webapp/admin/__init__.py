"""Accounts, the audit log, what the process runs with."""
