"""Turnout by unit, group and channel while the box is shut, and where each period stands."""
