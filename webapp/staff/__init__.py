"""The pages of assessed and assessing bodies: what was said of the own unit."""
