"""The domain and its storage: its rooms stand in the order in which an evaluation happens."""
