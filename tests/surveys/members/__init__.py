"""Members of leading groups, from their set-up to their results."""
