"""One number per respondent, as the literature on careless answering and person fit defines it."""
