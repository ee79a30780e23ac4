"""One module for each group of sheets of the workbook: what stands there, and how it is read."""
