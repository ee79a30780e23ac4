"""The way of the tables from release to release: forward only, importing nothing of ours."""
