"""Close, two officers open and shuffle, ballots land detached from codes."""
