"""Paper ballots keyed in by two persons independently, under the same one-code rule."""
