"""The sample county: its workbooks, and voters with believable opinions."""
