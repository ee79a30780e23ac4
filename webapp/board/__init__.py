"""Published results for everybody: no account, no script needed."""
