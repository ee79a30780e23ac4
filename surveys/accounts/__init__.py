"""Accounts: who may log in, with which roles, and their log-ins."""
