"""`gongping demo`: a whole evaluation of a sample county, told stage by stage."""
