"""Set-up: periods, units, groups, questionnaires, schemes are read in, checked and frozen."""
