"""Before the evaluation: how many ballots a promise needs, and how far a clique can move a unit."""
